internal import MILP

/// Rows of the ideal formulation for the root of one search, a few rounds of a few.
struct IdealCutRounds {
  /// How often rows are added, and how many each time: more cost more than they save.
  static let roundCount = 5
  static let rowsPerRound = 20
  /// The share of the units with binaries that a point must violate for rows to be worth their
  /// weight; below it, rounds end.
  static let leastShare = 0.25

  private let cuts: IdealCuts
  private let leastCount: Int
  private var roundsLeft = Self.roundCount

  /// The rounds of one encoding.
  init(_ encoding: TriangleRelaxation) {
    cuts = IdealCuts(encoding: encoding)
    let binaryCount = encoding.columns.count { $0.isInteger }
    leastCount = min(Self.rowsPerRound, Int(Self.leastShare * Double(binaryCount)) + 1)
  }

  /// The rows of the next round, for the point of a relaxation; none once rounds have ended.
  mutating func next(at point: [Double]) -> [MILPRow] {
    guard roundsLeft > 0 else { return [] }
    roundsLeft -= 1
    let rows = cuts.violated(at: point, count: Self.rowsPerRound)
    guard rows.count >= leastCount else {
      roundsLeft = 0
      return []
    }
    return rows
  }
}
