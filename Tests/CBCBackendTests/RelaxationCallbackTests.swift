import CBCBackend
import MILP
import Testing

/// CBC shows its relaxations, takes rows and stops.
@Suite struct RelaxationCallbackTests {
  /// `max x + y + z` over binaries with pairs that sum to at most 1: 3/2 at the relaxation.
  private func triangle() throws -> MILPModel {
    let pairs = [(0, 1), (1, 2), (0, 2)]
    return try MILPModel(
      columns: [.binary, .binary, .binary],
      rows: pairs.map { .atMost(1, [MILPTerm(1, column: $0), MILPTerm(1, column: $1)]) },
      objective: [1, 1, 1], sense: .maximize)
  }

  @Test func rowsAreTaken() throws {
    var points: [[Double]] = []
    let row = MILPRow.atMost(1, (0..<3).map { MILPTerm(1, column: $0) })
    let outcome = try CBCSolver().solve(
      try triangle(), limits: SolveLimits(nodes: 100),
      onRelaxation: { point, _ in
        points.append(point)
        return .goOn(cuts: point.reduce(0, +) > 1.1 ? [row] : [])
      }, onIncumbent: { _ in .keepSearching })
    guard case .claimedOptimal(let candidate, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(abs(candidate.reduce(0, +) - 1) < 1e-6)
    #expect(points.contains { abs($0.reduce(0, +) - 1.5) < 1e-6 })
  }

  @Test func refusedRowsDoNoHarm() throws {
    let row = MILPRow.atMost(1e30, [MILPTerm(1, column: 0)])
    let outcome = try CBCSolver().solve(
      try triangle(), limits: SolveLimits(nodes: 100),
      onRelaxation: { _, _ in .goOn(cuts: [row]) }, onIncumbent: { _ in .keepSearching })
    guard case .claimedOptimal(let candidate, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(abs(candidate.reduce(0, +) - 1) < 1e-6)
  }

  @Test func stopsWhenTold() throws {
    var count = 0
    let outcome = try CBCSolver().solve(
      try triangle(), limits: SolveLimits(nodes: 100),
      onRelaxation: { _, _ in
        count += 1
        return .stop
      }, onIncumbent: { _ in .keepSearching })
    guard case .stopped(.caller, _, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(count == 1)
  }
}
