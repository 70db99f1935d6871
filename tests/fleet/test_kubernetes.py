"""The manifest holds to the published schemas, and to what docs/server.md says of it."""

import subprocess

import pytest
import yaml

from tests.fleet.fleet import ADDED, ENGINES, ROOT

pytestmark = pytest.mark.slow
MANIFEST = ROOT / "contrib" / "kubernetes" / "cronjob.yaml"
FIRST, NEWEST = "1.29", "1.37"  # ReadWriteOncePod is no trial since the first of these


@pytest.mark.skipif(not (ENGINES / "airflow").is_file(), reason=f"no {ADDED}; see `make test-fleet`")
@pytest.mark.parametrize("version", [FIRST, NEWEST])
def test_the_manifest_fits_the_schemas(version):
    words = ["--strict", "--kubernetes-version", f"{version}.0", str(MANIFEST)]

    done = subprocess.run(
        [ENGINES / "kubernetes-validate", *words], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed for resource") == 2


def test_the_manifest_has_the_values_that_the_page_explains():
    claim, job = yaml.safe_load_all(MANIFEST.read_text())
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    environ = {each["name"]: each.get("value", "of a Secret") for each in container["env"]}

    assert claim["spec"]["accessModes"] == ["ReadWriteOncePod"]
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert job["spec"]["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert (pod["restartPolicy"], pod["terminationGracePeriodSeconds"]) == ("Never", 120)
    assert pod["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"
    assert environ == {
        "CONTAAZUL_SYNC_HOME": "/data/home",
        "CONTAAZUL_SYNC_CREDENTIALS__BACKEND": "file",
        "CONTAAZUL_SYNC_CLIENT_SECRET": "of a Secret",
        "CONTAAZUL_SYNC_SHOP_TOKEN": "of a Secret",
    }
    names = {mount["name"] for mount in container["volumeMounts"]}
    assert names == {volume["name"] for volume in pod["volumes"]}


def test_the_manifest_runs_the_image_as_the_image_is_made():
    told = (ROOT / "Containerfile").read_text()
    _, job = yaml.safe_load_all(MANIFEST.read_text())
    context = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["securityContext"]

    assert f"USER {context['runAsUser']}:{context['runAsGroup']}" in told
    assert context["fsGroup"] == context["runAsGroup"]
    assert "CONTAAZUL_SYNC_HOME=/data/home" in told
