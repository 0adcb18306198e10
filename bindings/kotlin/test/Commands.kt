package pm.test

import java.nio.file.Files
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue
import pm.*

val commandTests = listOf(
    Test("given an item with every field when read then it is what was given") { folder ->
        withAda(folder) { _, ada ->
            val epic = ada.createItem("PM", ItemKind.EPIC, "Above")
            val made = ada.createItem(
                "PM", ItemKind.TASK, "Ünïcode ✓ 日本語 🎉",
                priority = Priority.HIGH, labels = listOf("b", "a"), points = 2.5, estimate = Duration.ofHours(2),
                dueDate = LocalDate.of(2026, 12, 24), parent = epic.key, assignee = "bob",
                external = ExternalRef("jira", "X-1"),
            )
            val item = ada.query.itemOnly(made.key).item
            assertEquals("Ünïcode ✓ 日本語 🎉", item.title)
            assertEquals(listOf("a", "b"), item.labels)
            assertEquals(2.5, item.points)
            assertEquals(7200, item.estimateSeconds)
            assertEquals(LocalDate.of(2026, 12, 24), item.dueDate)
            assertEquals(epic.id, item.parent)
            assertTrue(Duration.between(item.createdAt, Instant.now()) < Duration.ofHours(1))
        }
    },
    Test("given a batch when one part is refused then none is done and the part is named") { folder ->
        withAda(folder) { _, ada ->
            val item = NewItem(project = "PM", kind = ItemKind.TASK, title = "In a batch", priority = Priority.NONE)
            val refused = assertFailsWith<PmException.Invalid> {
                ada.execute(Change.CreateItem(item), Change.AddComment(NewComment(item = "#0", text = "")))
            }
            assertEquals(1u, refused.part)
            assertEquals(0, ada.query.items(ItemSort.NUMBER).items.size)
            val outcome = ada.execute(Change.CreateItem(item), Change.AddComment(NewComment(item = "#0", text = "first")))
            assertEquals(listOf(EntityKind.WORK_ITEM, EntityKind.COMMENT), outcome.results.map { it.entityKind })
        }
    },
    Test("given questions as methods and as values when asked then both answer the same") { folder ->
        withAda(folder) { _, ada ->
            ada.createItem("PM", ItemKind.TASK, "One")
            val answer = assertIs<Answer.Board>(ada.query.ask(Question.Board("PM", ItemFilter(), null)))
            assertEquals(ada.query.board("PM"), answer.v1)
        }
    },
    Test("given an export and a backup when taken in again then they are the same") { folder ->
        withAda(folder) { engine, ada ->
            ada.createItem("PM", ItemKind.TASK, "One")
            val target = folder.resolve("out.jsonl")
            var written = 0L
            ada.exportTo(target) { bytes -> written = bytes; true }
            assertEquals(Files.size(target), written)
            val options = ImportOptions(format = ImportFormat.PM, onGone = OnGone.IGNORE)
            val copy = engine.tenantOrCreate("copy").actingAs("ada")
            copy.importFrom(target, options)
            assertEquals(ada.query.board("PM").lanes, copy.query.board("PM").lanes)
            val (epoch, head) = ada.tenant.epoch() to ada.tenant.head()
            ada.tenant.backup(folder.resolve("copy.db").toString())
            ada.createItem("PM", ItemKind.TASK, "Too much")
            val restored = engine.restore("acme", folder.resolve("copy.db"))
            assertEquals(head, restored.head())
            assertIs<Resume.Snapshot>(restored.resume(KnownPosition(epoch, head)))
            assertEquals(emptyList(), checkTenant(folder.resolve("data").toString(), "acme").differences)
        }
    },
    Test("given an import when its progress function says so then it ends early or fails and goes on later") { folder ->
        withAda(folder) { _, ada ->
            val lines = (0 until 3000).joinToString("") {
                """{"id":"bd-$it","title":"Item $it","issue_type":"task","status":"open","priority":1}""" + "\n"
            }
            val source = ImportSource.Bytes(lines.toByteArray())
            val options = ImportOptions(format = ImportFormat.BEADS, projectKey = "IM", onGone = OnGone.IGNORE)
            assertTrue(ada.importFrom(source, options) { false }.cancelled)
            val thrown = assertFailsWith<PmException.Listener> {
                ada.importFrom(source, options) { error("on purpose") }
            }
            assertTrue("on purpose" in thrown.message)
            ada.importFrom(source, options)
            assertEquals(0L, ada.importFrom(source, options).created.values.sum())
        }
    },
)
