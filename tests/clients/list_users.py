import boto3
print([user['UserName'] for user in boto3.client('iam').list_users()['Users']])
