# What ours.yml finds (ruleid) and what it leaves alone (ok). Nothing here is ever run.
import subprocess

# ruleid: chance-that-can-be-guessed
import random

# ok: chance-that-can-be-guessed
import secrets


def queries(session, name, programme_id, row_id):
    # ruleid: sql-put-together
    session.execute(text(f"SELECT * FROM volunteer WHERE name = '{name}'"))
    # ruleid: sql-put-together
    session.execute(text("SELECT * FROM volunteer WHERE name = '%s'" % name))
    # ruleid: sql-put-together
    session.scalar(text(f"SELECT {name}"))
    # ok: sql-put-together
    session.execute(text("SELECT * FROM volunteer WHERE name = :name"), {"name": name})
    # ruleid: row-of-whichever-programme
    session.scalar(select(Volunteer).where(Volunteer.id == row_id))
    # ruleid: row-of-whichever-programme
    session.scalar(select(Volunteer).filter_by(id=row_id))
    # ruleid: row-of-whichever-programme
    session.execute(delete(Volunteer).where(Volunteer.id == row_id))
    # ok: row-of-whichever-programme
    session.scalar(select(Volunteer).where(Volunteer.programme_id == programme_id, Volunteer.id == row_id))
    # ok: row-of-whichever-programme
    session.scalar(select(User).where(User.id == row_id))


def pages(name, words):
    drawn = qr_svg(name)
    # ok: markup-not-ours
    one = Markup(drawn)
    # ok: markup-not-ours
    two = Markup(qr_svg(name))
    # ruleid: markup-not-ours
    three = Markup(words)
    # ruleid: markup-not-ours
    four = Markup(f"<b>{name}</b>")
    return one, two, three, four


def away():
    # ruleid: leads-where-a-request-says
    return redirect(request.args["next"])


def away_by_the_side_door():
    wanted = request.form.get("next")
    # ruleid: leads-where-a-request-says
    return redirect(wanted)


def within():
    # ok: leads-where-a-request-says
    return redirect(safe_next(request.args["next"]))


def home():
    # ok: leads-where-a-request-says
    return redirect(url_for("public.landing", q=request.args["q"]))


def addresses():
    # ruleid: address-from-the-host-header
    one = url_for("public.landing", _external=True)
    # ok: address-from-the-host-header
    two = current_app.config["BASE_URL"] + url_for("public.landing")
    return one, two


def times():
    # ruleid: other-clock
    one = datetime.now(UTC)
    # ruleid: other-clock
    two = date.today()
    # ok: other-clock
    three = clock.now()
    return one, two, three


def comparing(row, key, body, mac, session, token_hash):
    # ruleid: secret-compared-plainly
    if keyed_digest(key, body) == row.code_hash:
        return True
    # ruleid: secret-compared-plainly
    if mac != made:
        return False
    # ok: secret-compared-plainly
    session.scalar(select(SignIn).where(SignIn.token_hash == digest(key)))
    # ok: secret-compared-plainly
    return hmac.compare_digest(mac, made)


def logs(logger):
    # ruleid: request-in-the-log
    logger.warning("odd: %s", request.form)
    # ruleid: request-in-the-log
    logger.error(f"odd: {request.path}")
    # ok: request-in-the-log
    logger.error("a fault in %s by %s", request.endpoint, request.method)


def commands(name):
    # ruleid: shell
    subprocess.run(f"ls {name}", shell=True)
    # ruleid: shell
    os.system(name)
    # ok: shell
    subprocess.run(["/bin/ls", name], check=True)


def reading(data):
    # ruleid: data-that-runs
    pickle.loads(data)
    # ruleid: data-that-runs
    yaml.load(data)
    # ruleid: data-that-runs
    eval(data)
    # ok: data-that-runs
    return json.loads(data)


def calling(client, context):
    # ruleid: tls-unchecked
    client.get("https://example.org", verify=False)
    # ruleid: tls-unchecked
    context.check_hostname = False
    # ok: tls-unchecked
    client.get("https://example.org", verify=True)
