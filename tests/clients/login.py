# Logs in without awsmfa; prints what `awsmfa env --shell sh` prints.
import sys, boto3
answer = boto3.client('sts').get_session_token(
    SerialNumber=sys.argv[1], TokenCode=sys.argv[2], DurationSeconds=900)['Credentials']
for name, key in [('AWS_ACCESS_KEY_ID', 'AccessKeyId'),
                  ('AWS_SECRET_ACCESS_KEY', 'SecretAccessKey'),
                  ('AWS_SESSION_TOKEN', 'SessionToken')]:
    print(f"export {name}='{answer[key]}';")
