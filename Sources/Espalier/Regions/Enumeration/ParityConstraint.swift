internal import MILP

/// Asks that the number of units on, among some open units, is odd or even.
struct ParityConstraint: Hashable, Sendable {
  /// The positions of the units in the list of open units.
  let members: [Int]
  /// True if the number is to be odd.
  let isOdd: Bool

  /// A constraint at random: each unit is a member with the given probability; odd or even with
  /// 1/2 each, so that each pattern meets it with probability 1/2.
  init(unitCount: Int, memberShare: Double, using generator: inout SeededGenerator) {
    members = (0..<unitCount).filter { _ in
      Double.random(in: 0..<1, using: &generator) < memberShare
    }
    isOdd = Bool.random(using: &generator)
  }

  /// True if the pattern meets the constraint.
  func holds(for pattern: OpenUnitPattern) -> Bool {
    members.count { pattern.isOn[$0] } % 2 == (isOdd ? 1 : 0)
  }

  /// The column of the integer `t` in `Σ δ - 2 t = parity`.
  var slackColumn: MILPColumn {
    MILPColumn(lower: 0, upper: Double(members.count / 2), isInteger: true)
  }

  /// The row `Σ δ - 2 t = parity`.
  func row(binaries: [Int], slack: Int) -> MILPRow {
    .equal(
      isOdd ? 1 : 0,
      members.map { MILPTerm(1, column: binaries[$0]) } + [MILPTerm(-2, column: slack)])
  }
}
