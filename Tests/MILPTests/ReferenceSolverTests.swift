import MILP
import Testing
import TestSupport

@Suite struct ReferenceSolverTests {
  @Test(arguments: try MILPSolverConformance.cases())
  func conforms(test: ConformanceCase) {
    #expect(MILPSolverConformance.failure(of: ReferenceSolver(), in: test) == nil)
  }
}
