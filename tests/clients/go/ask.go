// Asks AWS who it is, with one client: once, or for so many seconds, twice a second.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	seconds := 0.0
	if len(os.Args) > 1 {
		seconds, _ = strconv.ParseFloat(os.Args[1], 64)
	}
	if err := ask(time.Duration(seconds * float64(time.Second))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ask(duration time.Duration) error {
	loaded, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		return err
	}
	client := sts.NewFromConfig(loaded, func(options *sts.Options) {
		// This version of the SDK does not know the variable.
		if url := os.Getenv("AWS_ENDPOINT_URL"); url != "" {
			options.EndpointResolver = sts.EndpointResolverFromURL(url)
		}
	})
	for end := time.Now().Add(duration); ; time.Sleep(500 * time.Millisecond) {
		identity, err := client.GetCallerIdentity(context.Background(), nil)
		if err != nil {
			return err
		}
		fmt.Println(aws.ToString(identity.Arn))
		if !time.Now().Before(end) {
			return nil
		}
	}
}
