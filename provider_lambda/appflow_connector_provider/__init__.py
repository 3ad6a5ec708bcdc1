"""The run-time half: the Lambda behind the custom resource ``Custom::AppFlowConnector``.

It imports botocore (boto3's core) and crhelper, never aws_cdk. Nothing is imported here, so that
the deploy-time half can read `contract` without loading an AWS SDK.
"""
