"""Deploys a synthesised app through the CloudFormation API, changed on purpose beforehand."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from harness.cloud.local_cloud import Cloud

_ACCOUNT, _REGION = "000000000000", "us-east-1"


class Assembly:
    """One stack of a cloud assembly, its template and its assets free to be changed."""

    def __init__(self, folder: Path, stack: str) -> None:
        self.template: dict[str, Any] = json.loads((folder / f"{stack}.template.json").read_text())
        manifest = json.loads((folder / f"{stack}.assets.json").read_text())
        self.assets = {
            _resolved(destination["objectKey"]): _files(folder / asset["source"]["path"])
            for asset in manifest["files"].values()
            if asset["source"]["packaging"] == "zip"
            for destination in asset["destinations"].values()
        }
        # The check of the bootstrap version is the CLI's business.
        self.template.pop("Rules", None)

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        resources: dict[str, dict[str, Any]] = self.template["Resources"]
        return resources

    def of_type(self, resource_type: str, starting: str = "") -> dict[str, Any]:
        """The one resource of a type."""
        (found,) = (
            resource
            for key, resource in self.resources.items()
            if resource["Type"] == resource_type and key.startswith(starting)
        )
        return found

    def publish(self, cloud: Cloud, prefix: str) -> None:
        """Upload the assets under keys of their own and point the template at them."""
        s3 = cloud.client("s3")
        for key, files in self.assets.items():
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w") as archive:
                for name, data in sorted(files.items()):
                    archive.writestr(name, data)
            s3.put_object(Bucket=_bucket(), Key=f"{prefix}/{key}", Body=content.getvalue())
        for resource in self.resources.values():
            code = resource.get("Properties", {}).get("Code", {})
            if "S3Key" in code:
                code["S3Key"] = f"{prefix}/{code['S3Key']}"

    def deploy(self, cloud: Cloud, stack: str) -> None:
        """Start creating or updating the stack; `Cloud.settle` waits for the end."""
        self.publish(cloud, stack)
        cloudformation = cloud.client("cloudformation")
        existing = [s["StackName"] for s in cloudformation.describe_stacks()["Stacks"]]
        act = cloudformation.update_stack if stack in existing else cloudformation.create_stack
        act(
            StackName=stack,
            TemplateURL=self._uploaded(cloud, stack),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )

    def _uploaded(self, cloud: Cloud, stack: str) -> str:
        """Upload the template: in a request, CloudFormation takes 51,200 bytes."""
        key = f"{stack}.template.json"
        cloud.client("s3").put_object(
            Bucket=_bucket(), Key=key, Body=json.dumps(self.template).encode()
        )
        return f"{cloud.url}/{_bucket()}/{key}"


def _bucket() -> str:
    return f"cdk-hnb659fds-assets-{_ACCOUNT}-{_REGION}"


def _resolved(key: str) -> str:
    return key.replace("${AWS::AccountId}", _ACCOUNT).replace("${AWS::Region}", _REGION)


def _files(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
