# Asks AWS who it is, with one client: once, or for so many seconds, twice a second.
import sys, time, boto3
client = boto3.client('sts')
end = time.time() + float(sys.argv[1] if sys.argv[1:] else 0)
while True:
    print(client.get_caller_identity()['Arn'], flush=True)
    if time.time() >= end:
        break
    time.sleep(0.5)
