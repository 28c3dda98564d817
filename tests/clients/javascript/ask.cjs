// Asks AWS who it is, with one client: once, or for so many seconds, twice a second.
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");

async function main() {
    const client = new STSClient({});
    const end = Date.now() + 1000 * Number(process.argv[2] ?? 0);
    for (;;) {
        console.log((await client.send(new GetCallerIdentityCommand({}))).Arn);
        if (Date.now() >= end) break;
        await new Promise((done) => setTimeout(done, 500));
    }
}

main().catch((error) => {
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 1;
});
