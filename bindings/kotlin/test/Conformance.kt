package pm.test

import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import kotlin.test.assertEquals
import pm.*

private typealias Step = Map<String, Any?>

private fun Step.text(name: String) = getValue(name) as String

private fun Step.number(name: String) = (this[name] as Double?)?.toLong()

/** The scenarios every language runs; see `bindings/conformance/README.md`. */
fun conformanceTests(folder: Path): List<Test> {
    val paths = Files.list(folder).use { files -> files.filter { it.toString().endsWith(".json") }.sorted().toList() }
    check(paths.size >= 6) { "only ${paths.size} scenarios in $folder" }
    return paths.map { path ->
        Test("given the scenario ${path.fileName} when Kotlin runs it then all is as written") { work -> run(path, work) }
    }
}

private fun run(path: Path, work: Path) {
    val scenario = Json.parse(Files.readString(path))
    val clock = ManualClock.startingAt(Instant.ofEpochMilli(scenario.number("start")!!))
    PmEngine(work.resolve("data"), durability = Durability.RELAXED, clock = clock).use { engine ->
        val run = Run(engine.tenantOrCreate("acme"), clock)
        for (step in scenario["steps"] as List<*>) {
            @Suppress("UNCHECKED_CAST")
            run.check(step as Step)
        }
        val ada = run.tenant.actingAs("ada")
        val events = run.drain(ada, 0).joinToString("") {
            "${it.sequence} ${it.entityKind.name.lowercase()}.${it.action.name.lowercase()} ${it.entityId}\n"
        }
        same(scenario, path, ".events", events)
        val export = work.resolve("export")
        ada.exportTo(export)
        same(scenario, path, ".export", Files.readString(export).substringAfter('\n'))
    }
}

private val uuid = Regex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

private fun same(scenario: Step, path: Path, ending: String, found: String) {
    val expected = Files.readString(Path.of(path.toString().removeSuffix(".json") + ending))
    val comparable = if (scenario["random_ids"] != true) {
        found
    } else {
        found.lines().dropLast(1).map { uuid.replace(it, "id") + "\n" }.sorted().joinToString("")
    }
    assertEquals(expected, comparable)
}

private class Run(val tenant: Tenant, val clock: ManualClock) {
    fun check(step: Step) {
        val found = try {
            told(step)
        } catch (error: PmException) {
            refused(error)
        }
        @Suppress("UNCHECKED_CAST")
        val expected = step["expect"] as Step? ?: emptyMap()
        assertEquals("code" in expected, "code" in found, "$step: $found")
        for ((name, value) in expected) assertEquals(value, found[name], "$name of $step")
    }

    private fun actor(step: Step): Session {
        val user = step.text("as")
        return tenant.actingAs(user, role = if (user == "ada") TenantRole.ADMIN else TenantRole.MEMBER)
    }

    fun drain(session: Session, from: Long): List<Event> = tenant.stream(session.actor, from).use { stream ->
        generateSequence { stream.next(0) }.flatMap { it.events }.toList()
    }

    private fun told(step: Step): Step = when (val op = step["op"]) {
        null -> {
            clock.set(clock.now() + Duration.ofMillis(step.number("advance")!!))
            emptyMap()
        }
        "import" -> {
            val options =
                ImportOptions(format = ImportFormat.BEADS, projectKey = step.text("project"), onGone = OnGone.IGNORE)
            val report = actor(step).importFrom(ImportSource.Bytes(step.text("text").toByteArray()), options)
            mapOf(
                "created" to report.created.values.sum().toDouble(),
                "unchanged" to report.unchanged.values.sum().toDouble(),
                "refused" to report.refusedCount.values.sum().toDouble(),
            )
        }
        "resume" -> {
            val epoch = when (step["epoch"]) {
                null -> null
                "own" -> tenant.epoch()
                else -> "00000000-0000-4000-8000-000000000000"
            }
            val resume = tenant.resume(epoch?.let { KnownPosition(it, step.number("sequence")!!) })
            mapOf(
                "resume" to when (resume) {
                    is Resume.UpToDate -> "up_to_date"
                    is Resume.Tail -> "tail"
                    is Resume.Snapshot -> "snapshot"
                },
            )
        }
        "events" ->
            mapOf("sequences" to drain(actor(step), step.number("from")!!).map { it.sequence.toDouble() })
        else -> {
            val outcome = actor(step).execute(
                change(op as String, step), commandId = step.text("id"), expectedVersion = step.number("version"),
            )
            val first = outcome.results.first()
            mapOf(
                "key" to first.key,
                "version" to first.version.toDouble(),
                "changed" to first.changed,
                "replayed" to outcome.replayed,
                "notes" to outcome.notes.map { it.kind.name.lowercase() },
            )
        }
    }

    private fun refused(error: PmException): Step = mapOf("code" to error.code) + when (error) {
        is PmException.Invalid -> mapOf("field" to error.field, "limit" to error.limit?.toDouble())
        is PmException.NotFound -> mapOf("field" to error.field)
        is PmException.Cycle -> mapOf("path_length" to error.pathLength?.toDouble())
        is PmException.Conflict ->
            mapOf("current_version" to (error.current as? Entity.WorkItem)?.v1?.version?.toDouble())
        else -> emptyMap()
    }

    private fun change(op: String, step: Step): Change {
        val due = (step["due"] as String?)?.let(LocalDate::parse)
        val points = step["points"] as Double?
        return when (op) {
            "create_project" -> Change.CreateProject(
                NewProject(
                    key = step.text("key"), title = step.text("title"), visibility = Visibility.OPEN,
                    wipPolicy = WipPolicy.WARN,
                ),
            )
            "create_item" -> Change.CreateItem(
                NewItem(
                    project = step.text("project"), kind = ItemKind.valueOf(step.text("kind").uppercase()),
                    title = step.text("title"), priority = Priority.NONE, parent = step["parent"] as String?,
                    lane = step["lane"] as String?, points = points, dueDate = due,
                ),
            )
            "update_item" -> Change.UpdateItem(
                step.text("item"),
                listOfNotNull(
                    (step["title"] as String?)?.let { ItemChange.Title(it) },
                    points?.let { ItemChange.Points(it) },
                    due?.let { ItemChange.DueDate(it) },
                ),
            )
            "move_item" -> Change.MoveItem(
                ItemMove(
                    item = step.text("item"), lane = step["lane"] as String?,
                    parent = (step["parent"] as String?)?.let { ParentChange.Set(it) },
                ),
            )
            "delete_item" -> Change.DeleteItem(step.text("item"), step["cascade"] as Boolean)
            "restore_item" -> Change.RestoreItem(step.text("item"))
            "block" -> Change.AddDependency(null, DependencyKind.BLOCKS, step.text("from"), step.text("to"))
            "comment" -> Change.AddComment(NewComment(item = step.text("item"), text = step.text("text")))
            "start_timer" -> Change.StartTimer(null, step.text("item"), "")
            "stop_timer" -> Change.StopTimer(null)
            else -> error("no op $op")
        }
    }
}
