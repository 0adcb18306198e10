package pm.test

import java.nio.file.Files
import java.nio.file.Path
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import pm.*

private fun openFiles(): Int = Files.list(Path.of("/proc/self/fd")).use { it.count().toInt() }

private fun residentKib(): Long =
    Files.readAllLines(Path.of("/proc/self/status")).first { it.startsWith("VmRSS:") }
        .filter(Char::isDigit).toLong()

val lifetimeTests = listOf(
    Test("given engines and tenants opened and closed many times when counted then nothing is left") { folder ->
        fun roundTrip(count: Int, tenant: Boolean) = repeat(count) {
            PmEngine(folder, workers = 0, durability = Durability.RELAXED).use { engine ->
                if (tenant) engine.tenantOrCreate("acme").use { it.actingAs("ada").use { ada -> ada.query.myTimer() } }
            }
        }
        roundTrip(20, true)
        roundTrip(2_000, false)
        System.gc()
        val (files, memory) = openFiles() to residentKib()
        roundTrip(200, true)
        roundTrip(10_000, false)
        System.gc()
        assertTrue(openFiles() <= files + 2, "${openFiles()} files, $files before")
        // The heap of the JVM is resident from the start (see test.sh): what grows is outside of it.
        assertTrue(residentKib() - memory < 8 * 1024, "${residentKib() - memory} KiB")
    },
    Test("given a closed engine when its tenant is used then it says so, and closing twice is once") { folder ->
        val engine = PmEngine(folder)
        val ada = engine.tenantOrCreate("acme").actingAs("ada")
        engine.close()
        engine.close()
        assertFailsWith<PmException.Closed> { ada.createProject("PM", "Late") }
        assertEquals("closed", assertFailsWith<PmException> { ada.query.myTimer() }.code)
    },
)
