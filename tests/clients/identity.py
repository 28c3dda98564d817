import sys, boto3
print(boto3.client('sts', region_name=sys.argv[1]).get_caller_identity()['Arn'])
