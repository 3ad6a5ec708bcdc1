"""What may be slower, larger or more than before, and by how much: `make bench-check`.

All are counts, or ratios within one run: how fast the machine is does not matter.
"""

from typing import Final

COLD_START: Final = {"answered": 1.05, "cpu": 1.05, "peak": 1.05}
"""Ours over the floor. Seen in 30 rounds: answered 1.01, CPU time 1.01, memory 1.02; 1.07 where the
authorities were read once more."""

ASSET_BYTES: Final = 46 * 1024
"""The provider's, zipped. No slack: it only grows when code is added. It was 32 KiB before the
rules for requests that overlap and connectors that are not visible yet, 37 before proxies, and 39
before the function that refreshes profiles, which shares it."""

FIRST_CONNECTOR: Final = 4
"""Resources more than the native type needs. No slack."""

FURTHER_CONNECTOR: Final = 0.05
"""The same for each further one: a policy of the provider for every 20 connectors or so, because
IAM limits the size of one."""

CHANGED_RESOURCES: Final = 0
"""Resources that differ when the same app is synthesised again."""

CALLS: Final = {"create": 2, "update": 3, "no-op update": 1, "delete": 2}
"""Calls to AppFlow in each step of a connector's life: what it does, a look at whose connector it
is before an update or a delete, and at its attributes after a create or an update. No slack."""

DELETE: Final = 5.0
"""Deleting our stack of one connector over deleting the provider framework's, on the local cloud:
seen at 0.97 to 1.28, medians of three, of a tenth of a second each. A delete that waits even for a
second takes ten times as long."""

SYNTH: Final = 1.4
"""What registering adds to each connector's own function, over that function, in CPU time: seen at
0.53 to 1.11, single rounds under a load of 27 on two cores; 0.8 to 1.5 before the calls to Node.js
were halved again."""

SYNTH_OVER_NATIVE: Final = 1.5
"""The CPU time of each further connector, function included, over the native type's. Seen at 1.21
to 1.30, medians of three to six rounds, most on idle cores; about 2 before the calls to Node.js
were halved again."""

NODE_CALLS: Final = 12
"""Calls to Node.js of each further connector over its function and permission. No slack: it is a
count. 25 before properties were set late in the synthesis; the native type takes 4."""

CHAIN: Final = 0
"""Resources more than the native type's in the longest chain of a deployment. No slack."""

GROWTH: Final = 1.5
"""What each of 200 connectors after the 80th takes to synthesise, over each up to it: seen at 0.53
to 0.74, single runs. What grows with the square would make it 3."""

BUNDLING: Final = 2.0
"""The synth of ten unchanged `PythonConnectorFunction` over ten plain functions: seen at 1.06
to 1.48, medians of two or three. Installing the requirements again would make it 10."""

EDIT: Final = 0.25
"""From an edit to its records under `appflow-local dev`, over `cdk deploy --hotswap` and a run:
seen at 0.05, single runs. Starting a cloud for each edit would make it 0.3."""

FLOW: Final = 1.5
"""A flow over its connector's calls alone: seen at 0.92 to 1.06, single runs; disks differ."""

FLOW_CPU: Final = {"JSON": 3.5, "CSV": 4.0, "PARQUET": 4.5, "heavy plan": 4.0}
"""The CPU time of a flow of 200,000 records, in the server and in the process that works on pages,
over pyarrow's or DuckDB's for the same: 3 is meant. Seen in three runs on idle cores at 1.9 to 2.1,
2.1 to 3.2, 3.0 to 3.2 and 2.1 to 2.2; before records were worked on in columns, on busy ones,
at 1.8 to 3.0, 3.1 to 4.1, 3.3 to 4.7 and 3.0 to 6.7."""

CHECK: Final = 9.0
"""A check of the documents' connector over a cloud that starts and ends: seen at 3.4 to 4.9 under a
load of eight on two cores. A check that waits for something would make it more."""

JOURNAL: Final = 1.05
"""A run of 200,000 records in AppFlow's model over the same without the journal, in CPU time, with
the work on pages in the same process: seen at 1.026, the median of six rounds on idle cores."""

WARM_CALL: Final = 4.0
"""Invoking a warm function that does nothing over GetFunctionConfiguration: seen at 1.0 to 1.6.
MiniStack's own wait for output made it 45."""

PLUGIN_TEST: Final = 4.0
"""The CPU time of each of 20 tests with the plugin, the start of their cloud included, over that of
a Python process that imports boto3: seen at 2.4 under a load of nine on two cores, and at 2.6 to
3.5 with ten tests. A cloud of its own for each test would make it ten."""

RESET: Final = 2.5
"""Emptying a cloud after a test over a flow of five records whose function is warm: seen at 0.46 to
0.99 under loads of six to ten. Waiting for 100 ms, or starting the cloud again, would make it 3 and
more."""

PAGE: Final = 4.0
"""An empty cloud's overview over the page's style sheet alone, which is a file that is read: seen
at 1.5 to 2.1 under a load of ten on two cores."""

PAGE_GROWTH: Final = 3.0
"""Each screen of a cloud with 1,000 runs over that overview: seen at 0.65 to 1.79 under loads of
seven to ten. A list of all runs, not only of 50, would make it more."""

FLOW_MEMORY: Final = 1.25
"""The server's memory in a flow of 2,000,000 records over one of 200,000, into one file: seen at
1.06 to 1.14. Keeping each record would make it 3 and more."""
