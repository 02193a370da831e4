"""The command line of `vindr-bench` for one competition, as its data page shows it."""

from django.http import HttpRequest

from competition.models import Competition


def client_commands(request: HttpRequest, competition: Competition) -> str:
    """From the log-in to the upload, with the competition's own names."""
    track = next((track.kind for track in competition.tracks.all()), "detection")
    lines = [
        f"vindr-bench login --host {request.scheme}://{request.get_host()}",
        f"vindr-bench sample {competition.slug} --track {track} -o mine.csv",
        f"vindr-bench validate mine.csv -c {competition.slug}",
        f'vindr-bench submit -c {competition.slug} -f mine.csv -m "my first" --wait',
    ]
    return "\n".join(lines)
