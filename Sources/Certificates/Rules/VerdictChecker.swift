internal import ExactArithmetic
internal import NeuralNetwork

/// Compares verdicts with the intervals and points that prove them.
struct VerdictChecker {
  let verdicts: [Verdict]
  let points: [[Dyadic]]
  let proved: ProofState
  /// The number of layers, from the first, of which the float promise may speak.
  let plainLayerCount: Int
  /// How points are evaluated.
  var concurrency = Concurrency.serial

  /// Throws the first verdict that is missing, superfluous or not proved.
  func check() throws(CheckFailure) {
    let units = proved.network.network.reluUnits
    let claimed = verdicts.map(\.unit)
    guard claimed == units else {
      let first =
        zip(claimed, units).enumerated().first { $1.0 != $1.1 }?.offset
        ?? min(claimed.count, units.count)
      throw CheckFailure(
        .verdictCoverage, at: "$.verdicts[\(first)]",
        expected: first < units.count ? "a verdict on \(units[first])" : "no further verdict",
        found: first < claimed.count ? "\(claimed[first])" : "none")
    }
    for (i, verdict) in verdicts.enumerated() {
      try check(verdict, at: "$.verdicts[\(i)]")
    }
    try checkWitnesses()
    try checkFloatSafety()
  }

  private func check(_ verdict: Verdict, at place: String) throws(CheckFailure) {
    guard verdict.hasItsMembers else {
      throw CheckFailure(
        .verdictWitness, at: place, expected: "the members of a verdict \(verdict.stability)",
        found: "others")
    }
    let interval = proved[verdict.unit]
    guard verdict.bounds.lower <= interval.lower, interval.upper <= verdict.bounds.upper else {
      throw CheckFailure(
        .verdictBound, at: place,
        expected: "bounds that hold \(interval.lower) … \(interval.upper)",
        found: "\(verdict.bounds.lower) … \(verdict.bounds.upper)")
    }
    switch verdict.stability {
    case .stablyInactive where interval.upper.signum > 0:
      throw CheckFailure(
        .verdictBound, at: place, expected: "a proved upper bound of at most 0",
        found: "\(interval.upper)")
    case .stablyActive where interval.lower.signum < 0:
      throw CheckFailure(
        .verdictBound, at: place, expected: "a proved lower bound of at least 0",
        found: "\(interval.lower)")
    case .stablyActive, .stablyInactive, .unstable, .undecided: break
    }
    if let constant = verdict.constant, interval != Interval(constant) {
      throw CheckFailure(
        .constant, at: "\(place).constant",
        expected: "the value \(interval.lower) … \(interval.upper)", found: "\(constant)")
    }
  }

  /// The bounds on rounding cost a pass over the weights, so only who promises pays for them.
  private func checkFloatSafety() throws(CheckFailure) {
    guard verdicts.contains(where: \.floatSafe) else { return }
    let bound = FloatEvaluationBound(proved, plainLayerCount: plainLayerCount)
    for (i, verdict) in verdicts.enumerated() {
      try bound.check(verdict, at: "$.verdicts[\(i)]")
    }
  }

  /// Every witness, point by point, so that each point is evaluated once.
  private func checkWitnesses() throws(CheckFailure) {
    var claims: [Int: [(verdict: Int, sign: Int)]] = [:]
    for (i, verdict) in verdicts.enumerated() {
      if let point = verdict.positive { claims[point, default: []].append((i, 1)) }
      if let point = verdict.negative { claims[point, default: []].append((i, -1)) }
    }
    let used = claims.keys.sorted()
    if let point = used.last, point >= points.count {
      throw CheckFailure(
        .verdictWitness, at: "$.verdicts[\(claims[point]?.first?.verdict ?? 0)]",
        expected: "an index below \(points.count)", found: "\(point)")
    }
    let inputs = used.map { points[$0] }
    let network = proved.network
    let values = concurrency.map(count: inputs.count) { network.signs(at: inputs[$0]) }
    for (point, signs) in zip(used, values) {
      for claim in claims[point] ?? [] {
        let unit = verdicts[claim.verdict].unit
        guard signs[unit.layer][unit.index] == claim.sign else {
          throw CheckFailure(
            .verdictWitness, at: "$.verdicts[\(claim.verdict)]",
            expected: "the sign \(claim.sign) at point \(point)",
            found: "the sign \(signs[unit.layer][unit.index])")
        }
      }
    }
  }
}
