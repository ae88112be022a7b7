import CBCBackend
import MILP
import Testing
import TestSupport

@Suite struct CBCSolverTests {
  @Test(arguments: try MILPSolverConformance.cases())
  func conforms(test: ConformanceCase) {
    #expect(MILPSolverConformance.failure(of: CBCSolver(), in: test) == nil)
  }

  @Test(arguments: 0..<6 as Range<UInt64>, [ObjectiveSense.maximize, .minimize])
  func agreesWithTheReferenceOnNetworks(seed: UInt64, sense: ObjectiveSense) throws {
    let test = try MILPSolverConformance.networkCase(seed: seed, sense: sense)
    #expect(MILPSolverConformance.failure(of: CBCSolver(), in: test) == nil)
  }
}
