"""Which handler a package has, where `--handler` doesn't name it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from appflow_local.command_arguments import UsageError
from appflow_local.driving.bundle import bundle
from harness.cloud.cloud_functions import package
from harness.cloud.java_code import compiled, files_of, skip_without_jdk

COMMON = "exports.handler = async () => 1;"
TYPESCRIPT = """"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.handler = void 0;
const handler = async () => 1;
exports.handler = handler;
"""
DECORATED = 'Object.defineProperty(exports, "handler", { get: () => handler });'
BUNDLED = """
var shop_exports = {};
__export(shop_exports, {
  handler: () => handler
});
module.exports = __toCommonJS(shop_exports);
"""
HELPER = "exports.read = () => 1; // exports.handler = is elsewhere"


def in_folder(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({"shop.js": COMMON}, "shop.handler"),
        ({"shop.mjs": "export const handler = async () => 1;"}, "shop.handler"),
        ({"shop.mjs": "const handler = 1;\nexport { other, handler };"}, "shop.handler"),
        ({"shop.mjs": "export async function handler() {}"}, "shop.handler"),
        ({"shop.cjs": "module.exports = { read, handler };"}, "shop.handler"),
        ({"shop.js": "module.exports.lambda_handler = 1;"}, "shop.lambda_handler"),
        ({"dist/src/shop.js": TYPESCRIPT, "src/shop.ts": "export const handler = 1"},
         "dist/src/shop.handler"),
        ({"shop.js": DECORATED}, "shop.handler"),
        ({"shop.js": BUNDLED}, "shop.handler"),
        ({"shop.js": COMMON, "helper.js": HELPER}, "shop.handler"),
        ({"shop.js": COMMON, "node_modules/a/index.js": COMMON, "node_modules/a/b.py": ""},
         "shop.handler"),
        ({"shop.js": COMMON, "index.js": COMMON}, "index.handler"),
        ({"shop.js": COMMON, "crm.js": COMMON, "package.json": '{"main": "./crm.js"}'},
         "crm.handler"),
        ({"a.js": COMMON, "lib/index.js": COMMON, "package.json": '{"main": "lib"}'},
         "lib/index.handler"),
        ({"index.js": "exports.read = 1", "shop.js": COMMON, "package.json": '{"main": "index"}'},
         "shop.handler"),
        ({"shop.js": COMMON, "shop.test.js": COMMON}, "shop.handler"),
    ],
)  # fmt: skip
def test_the_file_that_exports_the_handler_is_found(
    tmp_path: Path, files: dict[str, str], handler: str
) -> None:
    found = bundle(in_folder(tmp_path, files), None, None)
    assert (found.handler, found.runtime) == (handler, "nodejs22.x")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.js": COMMON, "b.mjs": "export const handler = 1"}, "FILE.FUNCTION of a.handler, b.ha"),
        ({"index.js": COMMON, "app.js": COMMON}, "of app.handler, index.handler"),
        ({"index.mjs": "export default async () => 1;"}, "called handler: none of index.mjs does"),
        ({"src/shop.ts": "export const handler = 1"}, "name the folder that its compiler writes"),
        ({"src/Shop.java": "class Shop {}"}, "name the jar, or the folder of classes"),
    ],
)
def test_what_could_be_the_handler_is_listed(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        bundle(in_folder(tmp_path, files), None, None)
    assert said in str(caught.value)


JAVA = {
    "Base.java": """package a;
        import com.amazonaws.services.lambda.runtime.*;
        public abstract class Base implements RequestHandler<String, String> {
          static final long LARGE = 1L << 40;
          static final double HALF = 0.5;
        }""",
    "Shop.java": """package a;
        import com.amazonaws.services.lambda.runtime.*;
        public class Shop extends Base {
          public String handleRequest(String event, Context context) { return event + LARGE; }
          public static class Helper { }
        }""",
}
STREAM = {
    "Stream.java": """
        import com.amazonaws.services.lambda.runtime.*;
        import java.io.*;
        public class Stream implements RequestStreamHandler {
          public void handleRequest(InputStream in, OutputStream out, Context context) { }
        }""",
}


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    skip_without_jdk()
    return files_of(compiled(tmp_path_factory.mktemp("java"), {**JAVA, **STREAM}))


def only(classes: dict[str, bytes], start: str) -> dict[str, bytes]:
    return {name: content for name, content in classes.items() if name.startswith(start)}


def test_the_class_that_implements_lambdas_interface_is_found(
    tmp_path: Path, classes: dict[str, bytes]
) -> None:
    jar = tmp_path / "shop.jar"
    jar.write_bytes(package({**only(classes, "a/"), "b/Broken.class": b"\xca\xfe\xba\xbe"}))
    assert bundle(jar, None, None).handler == "a.Shop::handleRequest"
    assert bundle(jar, "a.Shop", None).handler == "a.Shop"
    folder = in_folder(tmp_path / "stream", {"lib/a.jar": package(only(classes, "Stream"))})
    found = bundle(folder, None, None)
    assert (found.handler, found.runtime) == ("Stream::handleRequest", "java21")


def test_several_classes_are_listed_and_a_class_that_is_not_there_is_refused(
    tmp_path: Path, classes: dict[str, bytes]
) -> None:
    jar = tmp_path / "shop.jar"
    jar.write_bytes(package(classes))
    with pytest.raises(UsageError, match=r"CLASS::METHOD of Stream::handleRequest, a.Shop::handle"):
        bundle(jar, None, None)
    with pytest.raises(UsageError, match=r"there is no class a.Store in the connector"):
        bundle(jar, "a.Store::handleRequest", None)
