/// What a search must know of a bound to choose a cut: how much each input makes it worse.
///
/// A bound is loose by what the relaxations of open units add, and each of these depends on the
/// inputs as the interval of its unit does. Approximate: it decides nothing.
struct BoxGuide {
  /// What a direct part counts beside that of relaxations.
  ///
  /// One half of a cut keeps all of it, while both halves have better relaxations. Measured, see
  /// `docs/performance.md`.
  private static let directWeight = 0.4

  private let inputCount: Int
  /// For each unit, the share of each input in the width of its interval.
  private var shares: [Double]
  /// What each input adds to the bound at work: directly, and through relaxations.
  private(set) var influence: [Double]

  init(unitCount: Int, inputCount: Int) {
    self.inputCount = inputCount
    shares = Array(repeating: 0, count: unitCount * inputCount)
    influence = Array(repeating: 0, count: inputCount)
  }

  /// Begins with another bound.
  mutating func begin() {
    for t in influence.indices { influence[t] = 0 }
  }

  /// Adds what an input adds directly.
  mutating func add(_ amount: Double, input t: Int) { influence[t] += Self.directWeight * amount }

  /// Adds what the relaxation of a unit may add.
  mutating func add(_ amount: Double, unit n: Int) {
    for t in influence.indices { influence[t] += amount * shares[n * inputCount + t] }
  }

  /// Sets the shares of a unit from what inputs add to its ends.
  mutating func setShares(of n: Int, _ parts: [Double]) {
    let sum = parts.reduce(0, +)
    for t in influence.indices { shares[n * inputCount + t] = sum > 0 ? parts[t] / sum : 0 }
  }
}
