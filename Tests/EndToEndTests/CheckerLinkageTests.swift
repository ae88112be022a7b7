import Foundation
import Testing

/// The checker is a program without a solver: looked at as a binary.
@Suite struct CheckerLinkageTests {
  @Test func checkerHoldsNoSolverAndNoBLAS() throws {
    let checker = ProgramRun.binaries.appendingPathComponent("espalier-check").path
    let libraries = try ProgramRun.run("/usr/bin/ldd", [checker])
    #expect(libraries.status == 0)
    for name in ["Cbc", "Clp", "Coin", "blas", "Osi", "Cgl"] {
      #expect(!libraries.output.lowercased().contains(name.lowercased()), "\(name) is linked")
    }
    let symbols = try ProgramRun.run("/bin/bash", ["-c", "nm -D '\(checker)' || true"])
    #expect(!symbols.output.contains("esp_"), "the face of the solvers is linked")
    // The same look finds the solver where it is.
    let espalier = ProgramRun.binaries.appendingPathComponent("espalier").path
    #expect(try ProgramRun.run("/usr/bin/ldd", [espalier]).output.contains("Cbc"))
  }
}
