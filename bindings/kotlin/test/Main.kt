package pm.test

import java.nio.file.Files
import java.nio.file.Path
import kotlin.system.exitProcess
import pm.PmEngine
import pm.Durability
import pm.Session
import pm.actingAs

/** A test: what is given, what happens and what must be so, and the code. */
class Test(val name: String, val run: (Path) -> Unit)

/** An engine and ada's session in it, with a project `PM`. */
fun <T> withAda(folder: Path, block: (PmEngine, Session) -> T): T =
    PmEngine(folder.resolve("data"), durability = Durability.RELAXED).use { engine ->
        val ada = engine.tenantOrCreate("acme").actingAs("ada")
        ada.createProject("PM", "The product")
        block(engine, ada)
    }

fun main(arguments: Array<String>) {
    val scenarios = Path.of(arguments.first())
    val tests = commandTests + everyCommandTests + errorTests + eventTests + lifetimeTests + conformanceTests(scenarios)
    var failed = 0
    for (test in tests) {
        val folder = Files.createTempDirectory("pm-kotlin")
        try {
            test.run(folder)
            println("ok   ${test.name}")
        } catch (error: Throwable) {
            failed++
            println("FAIL ${test.name}")
            error.printStackTrace(System.out)
        } finally {
            folder.toFile().deleteRecursively()
        }
    }
    println("${tests.size} tests, $failed failed")
    exitProcess(if (failed == 0) 0 else 1)
}
