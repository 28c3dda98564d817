# What botocore takes for the profile dev.
import botocore.session, sys
session = botocore.session.Session(profile='dev')
config = session.full_config['profiles']['dev']
for key in ('aws_access_key_id', 'region', 'mfa_serial'):
    print(config.get(key, ''))
