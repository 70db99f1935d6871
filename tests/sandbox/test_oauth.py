"""Signing in, staying signed in, and being thrown out."""

from __future__ import annotations

import httpx
import pytest


def test_the_merchant_confirms_and_lands_on_the_redirect_address_with_code_and_state(sandbox, erp):
    landed = sandbox.approve(erp.address(state="abc-123"))
    assert landed.startswith("https://loja.example/callback?code=")
    assert landed.endswith("&state=abc-123")


@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth2/authorize", "/login"])
def test_all_three_authorize_addresses_show_the_consent_page(sandbox, erp, http, path):
    page = http.get(erp.address().replace("/oauth/authorize", path))
    assert page.status_code == 200
    assert "Loja Azul" in page.text


def test_the_address_with_its_parameters_after_the_hash_works_in_a_browser(sandbox, erp, http):
    assert "location.hash" in http.get(sandbox.erp_url + "/").text
    assert "code=" in sandbox.approve(erp.address().replace("/oauth/authorize", "/#/oauth/authorize"))


def test_a_refusal_comes_back_as_access_denied_with_the_state(erp, http):
    answer = http.get(erp.address() + "&confirm=no")
    assert answer.headers["location"] == "https://loja.example/callback?error=access_denied&state=s1"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"redirect_uri": "https://loja.example/callback/"}, "redirect_mismatch"),
        ({"client_id": "someone"}, "invalid_request"),
        ({"response_type": "token"}, "invalid_request"),
    ],
)
def test_a_wrong_authorize_address_ends_on_an_error_page(sandbox, erp, http, changes, problem):
    with pytest.raises(RuntimeError, match=problem):
        sandbox.approve(erp.address(**changes))
    page = http.get(erp.address(**changes), follow_redirects=True)
    assert page.status_code == 400
    assert problem in page.text


def test_a_code_becomes_a_pair_of_tokens(erp):
    answer = erp.exchange(erp.code())
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 3600
    assert answer.json()["token_type"] == "Bearer"


def test_a_code_works_once(erp):
    code = erp.code()
    assert erp.exchange(code).status_code == 200
    again = erp.exchange(code)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_request"


def test_a_code_lives_three_minutes(erp, clock):
    code = erp.code()
    clock.move(seconds=180)
    assert erp.exchange(code).status_code == 400


def test_the_word_for_a_dead_code_is_a_switch(sandbox, erp):
    sandbox.erp.switches.code_error = "invalid_grant"
    assert erp.exchange("no-such-code").json()["error"] == "invalid_grant"


def test_a_code_wants_the_same_redirect_address(erp):
    assert erp.exchange(erp.code(), redirect_uri="https://loja.example/other").status_code == 400


def test_the_old_token_path_answers_alike(erp, sandbox):
    form = {"grant_type": "authorization_code", "code": erp.code(), "redirect_uri": sandbox.redirect_uri}
    assert erp.token("/oauth2/token", **form).status_code == 200


def test_refreshing_gives_a_new_pair_and_kills_the_old_refresh_token(erp):
    first = erp.tokens["refresh_token"]
    second = erp.refresh(first).json()["refresh_token"]
    assert second != first
    again = erp.refresh(first)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"
    assert again.json()["error_subtype"] == "invalid_refresh_token"
    assert erp.refresh(second).status_code == 200


def test_the_old_refresh_token_is_dead_even_when_the_answer_is_lost(sandbox, erp):
    sandbox.erp.faults.add("drop_after", path="/oauth/token")
    with pytest.raises(httpx.HTTPError):
        erp.refresh(erp.tokens["refresh_token"])
    assert erp.refresh(erp.tokens["refresh_token"]).status_code == 400


def test_the_token_endpoint_wants_a_form_and_the_right_client(sandbox, erp, http):
    as_json = http.post(
        sandbox.token_url,
        json={"grant_type": "refresh_token"},
        auth=(sandbox.client_id, sandbox.client_secret),
    )
    assert (as_json.status_code, as_json.json()["error"]) == (400, "invalid_client")
    for auth in [None, ("sandbox-client", "wrong")]:
        answer = http.post(sandbox.token_url, data={"grant_type": "refresh_token"}, auth=auth)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    garbled = http.post(sandbox.token_url, data={"a": "b"}, headers={"Authorization": "Basic ???"})
    assert garbled.status_code == 401
    assert erp.token(grant_type="password").json()["error"] == "unsupported_grant_type"


def test_without_a_live_token_every_call_is_a_401(sandbox, erp, http, clock):
    expected = {"code": 401, "message": "The Token has expired."}
    assert http.get(sandbox.erp_url + "/v1/produtos").json() == expected
    clock.move(seconds=3600)
    answer = erp.get("/v1/produtos")
    assert (answer.status_code, answer.json()) == (401, expected)


def test_access_can_be_cut_while_refreshing_still_works(sandbox, erp):
    sandbox.erp.expire_access()
    assert erp.get("/v1/produtos").status_code == 401
    assert erp.refresh(erp.tokens["refresh_token"]).status_code == 200


def test_the_life_of_an_access_token_is_a_switch(sandbox, erp, clock):
    sandbox.erp.switches.access_token_seconds = 60
    erp.tokens = erp.sign_in()
    clock.move(seconds=61)
    assert erp.get("/v1/produtos").status_code == 401


def test_a_connection_that_the_merchant_ended_refuses_to_refresh(sandbox, erp):
    sandbox.erp.revoke()
    answer = erp.refresh(erp.tokens["refresh_token"])
    assert answer.status_code == 400
    assert answer.json()["error_subtype"] == "access_revoked"
    assert erp.get("/v1/produtos").status_code == 401


def test_the_connection_can_be_ended_through_the_api(erp):
    assert erp("DELETE", "/oauth/connections/999").status_code == 404
    ended = erp("DELETE", "/oauth/connections/1203344")
    assert (ended.status_code, ended.content) == (204, b"")
    assert erp("DELETE", "/oauth/connections/1203344").status_code == 401
    assert erp.refresh(erp.tokens["refresh_token"]).json()["error_subtype"] == "access_revoked"


@pytest.mark.parametrize("status", [404, 502])
def test_ending_the_connection_may_fail(sandbox, erp, status):
    sandbox.erp.switches.revoke = status
    assert erp("DELETE", "/oauth/connections/1203344").status_code == status
    assert erp.refresh(erp.tokens["refresh_token"]).status_code == 200


def test_the_connected_company_is_shown(sandbox, erp):
    company = erp.get("/v1/pessoas/conta-conectada").json()
    assert company["documento"] == "11444777000161"
    assert company["id_empresa"] == "1203344"
    sandbox.erp.switches.id_empresa_as = "int"
    assert erp.get("/v1/pessoas/conta-conectada").json()["id_empresa"] == 1203344


def test_a_plan_without_the_api_is_a_403(sandbox, erp):
    sandbox.erp.switches.account = "no_api"
    answer = erp.get("/v1/produtos")
    assert answer.status_code == 403
    assert answer.json()["descricao_erro"].startswith("A conta não está elegível")
    assert answer.json()["status_conta"] == "END_TRIAL"
