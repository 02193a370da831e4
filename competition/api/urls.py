"""The API's addresses, none of which ends in a slash."""

from django.urls import path, re_path

from competition.api import boards, competitions, organize, organize_phases, problems, schema, submissions, teams, truth

urlpatterns = [
    path("competitions", competitions.CompetitionList.as_view()),
    path("competitions/<slug:slug>", competitions.CompetitionDetail.as_view()),
    path("competitions/<slug:slug>/manifest", competitions.ManifestFile.as_view()),
    path("competitions/<slug:slug>/sample", competitions.SampleFile.as_view()),
    path("competitions/<slug:slug>/entry", competitions.Entry.as_view()),
    path("competitions/<slug:slug>/team", teams.OwnTeam.as_view()),
    path("competitions/<slug:slug>/team/leave", teams.Leave.as_view()),
    path("competitions/<slug:slug>/team/invitation", teams.Invitation.as_view()),
    path("competitions/<slug:slug>/team/mergers", teams.Mergers.as_view()),
    path("competitions/<slug:slug>/team/mergers/<uuid:merger_id>/accept", teams.AcceptMerger.as_view()),
    path("competitions/<slug:slug>/team/mergers/<uuid:merger_id>/decline", teams.DeclineMerger.as_view()),
    path("competitions/<slug:slug>/team/mergers/<uuid:merger_id>/withdraw", teams.WithdrawMerger.as_view()),
    path("competitions/<slug:slug>/submissions", submissions.SubmissionList.as_view()),
    path("competitions/<slug:slug>/boards/<slug:track>", boards.BoardDetail.as_view()),
    path("competitions/<slug:slug>/truth", truth.NewTruth.as_view()),
    path("competitions/<slug:slug>/truth/<int:version>", truth.TruthVersion.as_view()),
    path("competitions/<slug:slug>/truth/<int:version>/confirm", truth.ConfirmTruth.as_view()),
    path("competitions/<slug:slug>/truth/<int:version>/drop", truth.DropTruth.as_view()),
    path("competitions/<slug:slug>/rescore", organize.Rescore.as_view()),
    path("competitions/<slug:slug>/phases/<slug:key>/publish", organize.PublishPhase.as_view()),
    path("competitions/<slug:slug>/phases/<slug:key>/extend", organize_phases.Extend.as_view()),
    path("competitions/<slug:slug>/phases/<slug:key>/checklist", organize_phases.Checklist.as_view()),
    path("competitions/<slug:slug>/phases/<slug:key>/open", organize_phases.OpenPhase.as_view()),
    path("competitions/<slug:slug>/phases/<slug:key>/picks", organize.Picks.as_view()),
    path("competitions/<slug:slug>/export", organize.Export.as_view()),
    path("submissions/<uuid:submission_id>", submissions.SubmissionDetail.as_view()),
    path("submissions/<uuid:submission_id>/file", submissions.SubmissionFile.as_view()),
    path("submissions/<uuid:submission_id>/withdraw", submissions.Withdraw.as_view()),
    path("submissions/<uuid:submission_id>/select", submissions.Select.as_view()),
    path("submissions/<uuid:submission_id>/unselect", submissions.Unselect.as_view()),
    path("submissions/<uuid:submission_id>/disqualify", organize.Disqualify.as_view()),
    path("schema", schema.Schema.as_view(), name="schema"),
    path("docs", schema.Docs.as_view(), name="api-docs"),
    re_path(r"^.*$", problems.nothing_here),
]
