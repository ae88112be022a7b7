import CBCBackend
import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import Testing

@testable import Espalier

/// Answers that do not hold: nothing of them is believed, and the question is asked again.
@Suite struct DoubtedAnswersTests {
  /// Lies to the first queries about each side, then tells the truth.
  private final class Liar: UnitDecider {
    let lies: [Finding]
    let canStartAfresh: Bool
    var askedCounts: [String: Int] = [:]
    var freshStartCount = 0

    init(_ lies: [Finding], canStartAfresh: Bool = true) {
      (self.lies, self.canStartAfresh) = (lies, canStartAfresh)
    }

    func answer(
      _ queries: [UnitQuery], state: ProofState, shouldStop: () -> Bool,
      take: (Int, UnitAnswer) -> Void
    ) {
      for (i, query) in queries.enumerated() {
        take(i, answer(to: query, state, shouldStop))
      }
    }

    private func answer(
      to query: UnitQuery, _ state: ProofState, _ shouldStop: () -> Bool
    ) -> UnitAnswer {
      let name = "\(query.goal) \(query.unit) \(query.side)"
      let count = askedCounts[name, default: 0]
      askedCounts[name] = count + 1
      if count < lies.count {
        return UnitAnswer(finding: lies[count], engine: .tree, points: [[], [1e300]])
      }
      return UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver())
        .answer(to: query, state: state, shouldStop: shouldStop)
    }

    func startAfresh() -> Bool {
      freshStartCount += 1
      return canStartAfresh
    }
  }

  /// CBC that shows an input, whatever it is asked, and says that it is the optimum.
  private struct BoastfulSolver: MILPSolver {
    func solve(
      _ model: MILPModel, limits: SolveLimits, onIncumbent: ([Double]) -> SolveAction
    ) throws(SolverError) -> SolveOutcome {
      let point = model.columns.map(\.lower)
      _ = onIncumbent(point)
      return .claimedOptimal(candidate: point, claimedBound: limits.cutoff ?? 0)
    }
  }

  private func analyze(
    _ decider: some UnitDecider, seed: UInt64, engines: Set<Engine> = [.tree, .cbc, .exact]
  ) throws -> StabilityResult {
    let network = try RandomNetworks.integers(seed: seed)
    var analysis = try StabilityAnalysis(
      network: network, domain: try RandomNetworks.box(for: network),
      options: AnalysisOptions(engines: engines), decider: decider)
    let result = analysis.run()
    let certificate = result.certificate(files: [], producer: "test")
    try CertificateChecker.check(
      try Certificate(decoding: certificate.encoded),
      model: CheckedModel(files: [], network: network))
    return result
  }

  private static let lies: [Finding] = [
    .proof(.tree(bound: .zero, nodes: [.leaf(Leaf(units: []))])),
    .proof(.tree(bound: .zero, nodes: [])), .proof(.lemma(Leaf(units: [], claim: Dyadic(2)))),
    .witness([]), .witness(Array(repeating: Dyadic(1e30), count: 7)),
  ]

  @Test(arguments: lies.indices, 0..<6 as Range<UInt64>)
  func twoLiesCostNoVerdict(lie: Int, seed: UInt64) throws {
    let liar = Liar([Self.lies[lie], Self.lies[lie]])
    let doubted = try analyze(liar, seed: seed)
    let honest = try analyze(Liar([]), seed: seed)
    #expect(doubted.verdicts.map(\.stability) == honest.verdicts.map(\.stability))
    #expect(doubted.verdicts.allSatisfy { $0.stability != .undecided })
  }

  @Test func liesWithoutEndLeaveUnitsUndecidedForThatReason() throws {
    let liar = Liar(Array(repeating: Self.lies[0], count: 100))
    let verdicts = try analyze(liar, seed: 3).verdicts.filter { $0.stability == .undecided }
    #expect(!verdicts.isEmpty)
    #expect(verdicts.allSatisfy { $0.limit == "workers" })
    #expect(liar.askedCounts.values.allSatisfy { $0 <= StabilityAnalysis.mostAsks })
  }

  /// Who would only repeat an answer is not asked again.
  @Test func nobodyIsAskedAgainInVain() throws {
    let liar = Liar([Self.lies[0]], canStartAfresh: false)
    _ = try analyze(liar, seed: 3)
    #expect(liar.askedCounts.values.allSatisfy { $0 == 1 })
    #expect(liar.freshStartCount > 0)
  }

  @Test(arguments: [Limit.seconds, .workers])
  func theLimitOfAUnitIsThatOfItsQuery(limit: Limit) throws {
    let liar = Liar([.nothing(limit)])
    let verdicts = try analyze(liar, seed: 3).verdicts.filter { $0.stability == .undecided }
    #expect(!verdicts.isEmpty)
    #expect(verdicts.allSatisfy { $0.limit == "\(limit)" })
    #expect(liar.freshStartCount == 0)
  }

  /// The exact engine has its turn after a solver that claimed too much.
  @Test(arguments: 0..<6 as Range<UInt64>)
  func aFalseWitnessOfASolverDoesNotEndTheSearch(seed: UInt64) throws {
    let search = UnitSearch(lpEngine: CLPSolver(), milpSolver: BoastfulSolver())
    let result = try analyze(search, seed: seed, engines: [.cbc, .exact])
    #expect(result.verdicts.allSatisfy { $0.stability != .undecided })
  }
}
