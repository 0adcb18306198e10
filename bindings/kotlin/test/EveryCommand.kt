package pm.test

import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import pm.*

/** A call of a method, and the last event it makes. */
private class Call(val kind: EntityKind, val action: Action, val run: () -> PartResult)

/** Calls in an order in which each of them may be made, by the name of the command. */
private class Walk(private val ada: Session) {
    private val known = mutableMapOf<String, String>()

    private fun keep(name: String, made: PartResult) = made.also { known[name] = it.id }

    private fun id(name: String) = known.getValue(name)

    /** What [Made] tells, as a result. */
    private fun made(kind: EntityKind, made: Made) = PartResult(kind, made.id, made.key, made.version, true)

    private val now = Instant.now()

    val calls: Map<String, Call> = mapOf(
        "updateTenantSettings" to Call(EntityKind.TENANT_SETTINGS, Action.CHANGED) {
            ada.updateTenantSettings(TenantSettingChange.TimerCapSeconds(28_800))
        },
        "updateUser" to Call(EntityKind.USER, Action.CREATED) {
            ada.updateUser("bob", UserChange.Name("Bob"), UserChange.Email(null))
        },
        "createProject" to Call(EntityKind.PROJECT, Action.CREATED) {
            keep("project", made(EntityKind.PROJECT, ada.createProject("NX", "The next one")))
        },
        "updateProject" to Call(EntityKind.PROJECT, Action.CHANGED) {
            ada.updateProject("NX", ProjectChange.Title("Another"), expectedVersion = 1)
        },
        "archiveProject" to Call(EntityKind.PROJECT, Action.ARCHIVED) { ada.archiveProject("NX") },
        "unarchiveProject" to Call(EntityKind.PROJECT, Action.UNARCHIVED) { ada.unarchiveProject("NX") },
        "setMember" to Call(EntityKind.MEMBER, Action.CREATED) { ada.setMember("NX", "bob", ProjectRole.VIEWER) },
        "removeMember" to Call(EntityKind.MEMBER, Action.DELETED) { ada.removeMember("NX", "bob") },
        "createLane" to Call(EntityKind.LANE, Action.CREATED) {
            keep("lane", ada.createLane("NX", "Testing", LaneCategory.STARTED, wipLimit = 3))
        },
        "updateLane" to Call(EntityKind.LANE, Action.CHANGED) {
            ada.updateLane("testing", LaneChange.Name("Trying"), LaneChange.WipLimit(null), project = "NX")
        },
        "moveLane" to Call(EntityKind.LANE, Action.MOVED) { ada.moveLane(id("lane"), LanePlace.First) },
        "deleteLane" to Call(EntityKind.LANE, Action.DELETED) { ada.deleteLane("testing", project = "NX") },
        "restoreLane" to Call(EntityKind.LANE, Action.RESTORED) { ada.restoreLane(id("lane")) },
        "createItem" to Call(EntityKind.WORK_ITEM, Action.CREATED) {
            made(EntityKind.WORK_ITEM, ada.createItem("NX", ItemKind.TASK, "One", estimate = Duration.ofHours(1)))
        },
        "updateItem" to Call(EntityKind.WORK_ITEM, Action.CHANGED) {
            ada.updateItem("NX-1", ItemChange.Title("Two"))
        },
        "moveItem" to Call(EntityKind.WORK_ITEM, Action.MOVED) { ada.moveItem("NX-1", lane = "todo") },
        "addDependency" to Call(EntityKind.DEPENDENCY, Action.CREATED) {
            val other = ada.createItem("NX", ItemKind.BUG, "Other").key
            keep("dependency", ada.addDependency(DependencyKind.RELATES_TO, "NX-1", other))
        },
        "removeDependency" to Call(EntityKind.DEPENDENCY, Action.DELETED) {
            ada.removeDependency(id("dependency"))
        },
        "createSprint" to Call(EntityKind.SPRINT, Action.CREATED) {
            keep("sprint", ada.createSprint("NX", "First"))
        },
        "updateSprint" to Call(EntityKind.SPRINT, Action.CHANGED) {
            ada.updateSprint(id("sprint"), SprintChange.StartDate(LocalDate.of(2027, 1, 1)))
        },
        "startSprint" to Call(EntityKind.SPRINT, Action.STARTED) { ada.startSprint(id("sprint")) },
        "completeSprint" to Call(EntityKind.SPRINT, Action.COMPLETED) { ada.completeSprint(id("sprint")) },
        "deleteSprint" to Call(EntityKind.SPRINT, Action.DELETED) { ada.deleteSprint(id("sprint")) },
        "restoreSprint" to Call(EntityKind.SPRINT, Action.RESTORED) { ada.restoreSprint(id("sprint")) },
        "cancelSprint" to Call(EntityKind.SPRINT, Action.CANCELLED) {
            ada.cancelSprint(ada.createSprint("NX", "Second").id)
        },
        "addComment" to Call(EntityKind.COMMENT, Action.CREATED) {
            keep("comment", ada.addComment("NX-1", "A word"))
        },
        "editComment" to Call(EntityKind.COMMENT, Action.CHANGED) { ada.editComment(id("comment"), "Two words") },
        "deleteComment" to Call(EntityKind.COMMENT, Action.DELETED) { ada.deleteComment(id("comment")) },
        "restoreComment" to Call(EntityKind.COMMENT, Action.RESTORED) { ada.restoreComment(id("comment")) },
        "purgeComment" to Call(EntityKind.COMMENT, Action.PURGED) { ada.purgeComment(id("comment")) },
        "startTimer" to Call(EntityKind.TIME_ENTRY, Action.STARTED) { ada.startTimer("NX-1", "thinking") },
        "stopTimer" to Call(EntityKind.TIME_ENTRY, Action.STOPPED) { ada.stopTimer() },
        "addTimeEntry" to Call(EntityKind.TIME_ENTRY, Action.CREATED) {
            val (start, end) = now - Duration.ofHours(2) to now - Duration.ofHours(1)
            keep("entry", ada.addTimeEntry("NX-1", start, end, user = "bob"))
        },
        "updateTimeEntry" to Call(EntityKind.TIME_ENTRY, Action.CHANGED) {
            ada.updateTimeEntry(id("entry"), TimeEntryChange.EndedAt(now - Duration.ofMinutes(30)))
        },
        "deleteTimeEntry" to Call(EntityKind.TIME_ENTRY, Action.DELETED) { ada.deleteTimeEntry(id("entry")) },
        "restoreTimeEntry" to Call(EntityKind.TIME_ENTRY, Action.RESTORED) { ada.restoreTimeEntry(id("entry")) },
        "deleteItem" to Call(EntityKind.WORK_ITEM, Action.DELETED) { ada.deleteItem("NX-1") },
        "restoreItem" to Call(EntityKind.WORK_ITEM, Action.RESTORED) { ada.restoreItem("NX-1") },
        "purgeItem" to Call(EntityKind.WORK_ITEM, Action.PURGED) {
            ada.deleteItem("NX-2")
            ada.purgeItem("NX-2")
        },
        "deleteProject" to Call(EntityKind.PROJECT, Action.DELETED) { ada.deleteProject("NX") },
        "restoreProject" to Call(EntityKind.PROJECT, Action.RESTORED) { ada.restoreProject(id("project")) },
        "purgeProject" to Call(EntityKind.PROJECT, Action.PURGED) {
            ada.deleteProject("NX")
            ada.purgeProject(id("project"))
        },
        "loadEntity" to Call(EntityKind.USER, Action.CREATED) {
            ada.loadEntity(Entity.User(User("eve", ActorKind.HUMAN, "Eve", null, Instant.ofEpochMilli(0), 1)))
        },
    )
}

val everyCommandTests = listOf(
    Test("given every command when its method is called then it commits what the command does") { folder ->
        withAda(folder) { _, ada ->
            val commands = Change::class.java.declaredClasses.filter(Change::class.java::isAssignableFrom)
            val walk = Walk(ada)
            assertEquals(commands.map { it.simpleName.replaceFirstChar(Char::lowercase) }.toSet(), walk.calls.keys)
            for ((name, call) in walk.calls) {
                assertTrue(Session::class.java.methods.any { it.name == name }, "no method $name")
                val before = ada.tenant.head()
                val result = call.run()
                assertTrue(result.entityKind == call.kind && result.changed, name)
                val events = ada.tenant.stream(ada.actor, before).use { it.next(60_000)!!.events }
                assertEquals(call.action, events.last { it.entityKind == call.kind }.action, name)
            }
        }
    },
    Test("given durations when read then they are durations") { folder ->
        withAda(folder) { _, ada ->
            ada.updateTenantSettings(TenantSettingChange.TimerCapSeconds(28_800))
            ada.createItem("PM", ItemKind.TASK, "One", estimate = Duration.ofHours(1), remaining = Duration.ofMinutes(10))
            val item = ada.query.itemOnly("PM-1").item
            assertEquals(Duration.ofHours(1) to Duration.ofMinutes(10), item.estimate to item.remaining)
            val end = Instant.now()
            ada.addTimeEntry("PM-1", end - Duration.ofHours(1), end)
            assertEquals(Duration.ofHours(1), ada.query.timeTotals(TimeScope.Tenant, TimeGrouping.USER).duration)
            val settings = ada.query.snapshot().entities.filterIsInstance<Entity.TenantSettings>().single().v1
            assertEquals(Duration.ofHours(8), settings.timerCap)
        }
    },
    Test("given a version that is past when any entity is changed then it conflicts") { folder ->
        withAda(folder) { _, ada ->
            ada.createItem("PM", ItemKind.TASK, "One")
            ada.updateItem("PM-1", ItemChange.Title("Moved on"))
            ada.updateProject("PM", ProjectChange.Title("Moved on"))
            val sprint = ada.createSprint("PM", "First").id
            ada.updateSprint(sprint, SprintChange.Goal("Moved on"))
            val comment = ada.addComment("PM-1", "A word").id
            ada.editComment(comment, "Moved on")
            val calls = listOf<() -> Any>(
                { ada.archiveProject("PM", expectedVersion = 1) },
                { ada.startSprint(sprint, expectedVersion = 1) },
                { ada.deleteComment(comment, expectedVersion = 1) },
                { ada.moveItem("PM-1", lane = "done", expectedVersion = 1) },
                { ada.deleteItem("PM-1", expectedVersion = 1) },
            )
            for (call in calls) assertNotNull(assertFailsWith<PmException.Conflict> { call() }.current)
        }
    },
)
