import CBCBackend
import Certificates
import ExactArithmetic
import MILP
import NeuralNetwork
import Testing

@testable import Espalier

/// What the search does with the relaxations that a solver shows.
@Suite struct MILPSearchTests {
  /// Shows the same relaxation again and again, below the root from the given time on.
  private final class Showing: MILPSolver, @unchecked Sendable {
    let share: Double
    let rootCount: Int
    private(set) var cutCounts: [Int] = []
    private(set) var isStopped = false

    init(share: Double, rootCount: Int) { (self.share, self.rootCount) = (share, rootCount) }

    func solve(
      _ model: MILPModel, limits: SolveLimits, onIncumbent: ([Double]) -> SolveAction
    ) throws(SolverError) -> SolveOutcome { .claimedCutoff(claimedBound: 0) }

    func solve(
      _ model: MILPModel, limits: SolveLimits,
      onRelaxation: ([Double], Bool) -> RelaxationAnswer, onIncumbent: ([Double]) -> SolveAction
    ) throws(SolverError) -> SolveOutcome {
      let point = model.columns.map { $0.lower + share * ($0.upper - $0.lower) }
      for time in 0..<rootCount + 2 {
        switch onRelaxation(point, time >= rootCount) {
        case .goOn(let cuts): cutCounts.append(cuts.count)
        case .stop:
          isStopped = true
          return .stopped(.caller, candidate: nil, claimedBound: nil)
        }
      }
      return .claimedCutoff(claimedBound: 0)
    }
  }

  @Test func aRelaxationThatShowsTheSignEndsTheSearch() throws {
    // relu(x) - 1/2 is positive at the upper end only.
    let solver = Showing(share: 1, rootCount: 3)
    guard
      case .candidate(let input) = try search(.upper).search(
        nodeLimit: 10, seconds: nil, solver: solver, onPoint: { _ in })
    else {
      Issue.record("the input at the upper end shows the sign")
      return
    }
    #expect(input == [1])
    #expect(solver.isStopped && solver.cutCounts.isEmpty)
  }

  @Test func rowsAreAddedAtTheRootAndNotForever() throws {
    let rootCount = IdealCutRounds.roundCount + 3
    let solver = Showing(share: 0.4, rootCount: rootCount)
    var points: [[Double]] = []
    _ = try search(.upper).search(
      nodeLimit: 10, seconds: nil, solver: solver, onPoint: { points.append($0) })
    #expect(points.count == rootCount + 2)
    #expect(solver.cutCounts.count == rootCount + 2)
    #expect(solver.cutCounts.dropFirst(IdealCutRounds.roundCount).allSatisfy { $0 == 0 })
    #expect(!solver.isStopped)
  }

  @Test func stopsWhenAsked() throws {
    let solver = Showing(share: 0.4, rootCount: 3)
    var asked = 0
    let answer = try search(.upper).search(
      nodeLimit: 10, seconds: nil, solver: solver, onPoint: { _ in },
      shouldStop: {
        asked += 1
        return asked == 2
      })
    guard case .nothing = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(solver.isStopped && solver.cutCounts.count == 1)
  }

  /// CBC with all of this finds a sign exactly where points of the domain show it.
  @Test(arguments: 0..<60 as Range<UInt64>, Side.allCases)
  func findsTheSignsThatExist(seed: UInt64, side: Side) throws {
    let network = try RandomNetworks.integers(seed: seed, identityShare: 0.2)
    let domain = try RandomNetworks.box(for: network)
    let state = EncodedPoint.state(of: network, on: domain)
    let target = UnitID(layer: network.layers.count - 1, index: 0)
    let sampler = DomainSampler(domain: domain, type: .float32, member: nil)
    let answer = MILPSearch(state: state, target: target, side: side, sampler: sampler).search(
      nodeLimit: 1000, seconds: nil, solver: CBCSolver(), onPoint: { _ in })
    let largest =
      RandomNetworks.points(of: domain, count: 300, seed: seed).map { input in
        side.factor * state.network.preactivations(at: input)[target.layer][0].approximation
      }.max() ?? 0
    switch answer {
    case .candidate(let input):
      let sign = state.network.signs(at: input.map { Dyadic($0) })[target.layer][0]
      #expect(sign == side.sign.signum)
    case .claimedNone, .nothing: #expect(largest <= 1e-6)
    }
  }

  private func search(_ side: Side) throws -> MILPSearch {
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rowCount: 1, columnCount: 1, elements: [1]), biases: [0],
          activations: [.relu]),
        Layer(
          weights: Matrix(rowCount: 1, columnCount: 1, elements: [1]), biases: [-0.5],
          activations: [.identity]),
      ], scalarType: .float32)
    let domain = try RandomNetworks.box(for: network)
    return MILPSearch(
      state: EncodedPoint.state(of: network, on: domain), target: UnitID(layer: 1, index: 0),
      side: side, sampler: DomainSampler(domain: domain, type: .float32, member: nil))
  }
}
