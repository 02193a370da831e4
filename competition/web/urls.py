"""The pages' addresses. Each ends in a slash."""

from django.urls import path

from competition.web import (
    account,
    audit,
    board,
    competition,
    entry,
    home,
    organize,
    organize_phases,
    submission,
    submit,
    truth,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("competitions/<slug:slug>/", competition.about, name="competition"),
    path("competitions/<slug:slug>/data/", competition.data, name="data"),
    path("competitions/<slug:slug>/rules/", competition.rules, name="rules"),
    path("competitions/<slug:slug>/boards/<slug:track>/", board.board, name="board"),
    path("competitions/<slug:slug>/enter/", entry.enter_competition, name="enter"),
    path("competitions/<slug:slug>/submit/", submit.submit_file, name="submit"),
    path("competitions/<slug:slug>/submissions/", submission.own_submissions, name="submissions"),
    path("competitions/<slug:slug>/organize/", organize.overview, name="organize"),
    path("competitions/<slug:slug>/organize/audit/", audit.audit, name="audit"),
    path("competitions/<slug:slug>/organize/truth/<int:version>/", truth.truth_version, name="truth-version"),
    path("competitions/<slug:slug>/organize/<slug:key>/publish/", organize.publish_phase, name="publish-phase"),
    path("submissions/<uuid:submission_id>/", submission.one_submission, name="submission"),
    path("competitions/<slug:slug>/organize/<slug:key>/extend/", organize_phases.extend_phase, name="extend-phase"),
    path("competitions/<slug:slug>/organize/<slug:key>/open/", organize_phases.open_draft, name="open-phase"),
    path("competitions/<slug:slug>/organize/<slug:key>/picks/", organize.picks, name="picks"),
    path("submissions/<uuid:submission_id>/state/", submission.state, name="submission-state"),
    path("submissions/<uuid:submission_id>/withdraw/", submission.withdraw_submission, name="withdraw"),
    path("submissions/<uuid:submission_id>/select/", submission.select_submission, name="select"),
    path("submissions/<uuid:submission_id>/disqualify/", organize.disqualify_submission, name="disqualify"),
    path("submissions/<uuid:submission_id>/unselect/", submission.unselect_submission, name="unselect"),
    path("account/", account.overview, name="account"),
    path("account/tokens/", account.new_token, name="new-token"),
    path("account/tokens/<int:token_id>/revoke/", account.revoke, name="revoke-token"),
]
