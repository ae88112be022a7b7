internal import ExactArithmetic
internal import NeuralNetwork

/// What a branch of a proof tree assumes of a unit.
public enum Phase: Hashable, Sendable {
  /// `z ≤ 0`.
  case off
  /// `z ≥ 0`.
  case on
  /// `z = 0`; only region trees assume it.
  case zero
}

/// The one inequality on which every proof rests.
///
/// For a unit `j` of layer `l`, a side `s = ±1`, any multipliers ν, λ ≥ 0, μ ≥ 0 and m ≥ 0, it
/// bounds `m s z^l_j` on the part of the domain that has the assumed phases:
///
///     q^(l-1) = m s W^l_j,   q^(k-1) = ν^k W^k
///     B = m s b^l_j + Σ_k ν^k·b^k + Σ_k Σ_i max over z in I^k_i of [ q^k_i h(z) - ν^k_i z ]
///         + max over the box of (q - λA) x - μ |x - center|  +  λ·c + μ·radius
///
/// It holds because it only adds `0 = ν·(W h + b - z)`; each summand then depends on one variable
/// and is convex between the candidates. Closed in dyadic numbers: no division, no rounding.
///
/// - Source: `docs/certificate-format.md`, section 6.
struct LeafInequality: Sendable {
  let network: ExactNetwork
  let domain: ExactDomain
  /// The current intervals of the layers below the target, and of its own if that counts.
  let ranges: ArraySlice<LayerRanges>
  let target: UnitID
  let side: Side
  /// True if units of the target's own layer may have multipliers.
  let includesOwnLayer: Bool
  /// The target's row and bias.
  private let row: ExactVector
  private let bias: Dyadic

  init(
    network: ExactNetwork, domain: ExactDomain, ranges: ArraySlice<LayerRanges>, target: UnitID,
    side: Side, includesOwnLayer: Bool = false
  ) {
    self.network = network
    self.domain = domain
    self.ranges = ranges
    self.target = target
    self.side = side
    self.includesOwnLayer = includesOwnLayer
    row = network.layers[target.layer].row(target.index)
    bias = network.layers[target.layer].biases[target.index]
  }

  /// The inequality for a sum of outputs, one factor per unit of the last layer.
  init(
    network: ExactNetwork, domain: ExactDomain, ranges: ArraySlice<LayerRanges>,
    outputFactors: [Dyadic]
  ) {
    self.network = network
    self.domain = domain
    self.ranges = ranges
    // No unit of the layers below has that number.
    target = UnitID(layer: network.layers.count - 1, index: outputFactors.count)
    side = .upper
    includesOwnLayer = false
    let last = network.layers[network.layers.count - 1]
    row = last.combination(ExactVector(outputFactors))
    bias = zip(outputFactors, last.biases).reduce(.zero) { $0 + $1.0 * $1.1 }
  }

  /// The bound `B` of a leaf under assumed phases, or some number from it up to `limit`.
  ///
  /// - Throws: `CheckFailure` of the rule `multiplier`.
  func bound(
    of leaf: Leaf, phases: [UnitID: Phase], atMost limit: Dyadic, at place: String
  ) throws(CheckFailure) -> Dyadic {
    try check(leaf, at: place)
    if let estimate = estimate(of: leaf, phases: phases), estimate <= limit { return estimate }
    return exactBound(of: leaf, phases: phases)
  }

  /// The bound `B` of a leaf under assumed phases.
  ///
  /// - Throws: `CheckFailure` of the rule `multiplier`.
  func bound(
    of leaf: Leaf, phases: [UnitID: Phase], at place: String
  ) throws(CheckFailure) -> Dyadic {
    try check(leaf, at: place)
    return exactBound(of: leaf, phases: phases)
  }

  private func exactBound(of leaf: Leaf, phases: [UnitID: Phase]) -> Dyadic {
    let factor = leaf.claim * side.sign
    var bound = factor * bias
    var end = leaf.units.count
    while end > 0 && leaf.units.unit(at: end - 1).layer == target.layer { end -= 1 }
    var coefficients = row.scaled(by: factor)
    if end < leaf.units.count {
      let (own, term) = relaxOwnLayer(given: leaf.units[end...], factor, phases)
      bound += term
      coefficients = network.layers[target.layer].combination(own)
    }
    for k in stride(from: target.layer - 1, through: 0, by: -1) {
      var start = end
      while start > 0 && leaf.units.unit(at: start - 1).layer == k { start -= 1 }
      let given = leaf.units[start..<end]
      end = start
      let (multipliers, term) =
        relaxInIntegers(layer: k, coefficients: coefficients, given: given, phases: phases)
        ?? relax(layer: k, coefficients: coefficients, given: given, phases: phases)
      bound += term
      coefficients = network.layers[k].combination(multipliers)
    }
    return bound + domain.maximum(coefficients, rows: leaf.rows, ball: leaf.ball)
  }

  /// The same for the target's own layer, whose outputs nothing reads; the target's multiplier is
  /// that of the claim.
  private func relaxOwnLayer(
    given: Slice<UnitMultipliers>, _ factor: Dyadic, _ phases: [UnitID: Phase]
  ) -> (multipliers: ExactVector, term: Dyadic) {
    let count = network.layers[target.layer].layer.unitCount
    let nothing = ExactVector([Dyadic](repeating: .zero, count: count))
    let (multipliers, term) =
      relaxInIntegers(layer: target.layer, coefficients: nothing, given: given, phases: phases)
      ?? relax(layer: target.layer, coefficients: nothing, given: given, phases: phases)
    return (multipliers.replacing(target.index, with: factor), term)
  }

  /// The multipliers of one layer, and what its units add to the bound.
  private func relax(
    layer k: Int, coefficients: ExactVector, given: Slice<UnitMultipliers>,
    phases: [UnitID: Phase]
  ) -> (multipliers: ExactVector, term: Dyadic) {
    let layer = network.layers[k]
    var values = Dictionary(uniqueKeysWithValues: given.map { ($0.unit.index, $0.value) })
    var term = Dyadic.zero
    let multipliers = (0..<layer.layer.unitCount).map { i in
      let unit = UnitID(layer: k, index: i)
      let activation = layer.layer.activations[i]
      let range = cut(ranges[k].intervals[i], to: phases[unit])
      let coefficient = coefficients[i]
      let isLinear = activation == .identity || range.lower.signum >= 0
      let multiplier = values.removeValue(forKey: i) ?? (isLinear ? coefficient : .zero)
      term += multiplier * layer.biases[i]
      term += Self.maximum(
        coefficient: coefficient, multiplier: multiplier, over: range, activation: activation)
      return multiplier
    }
    return (ExactVector(multipliers), term)
  }

  /// The largest value of `coefficient · h(z) - multiplier · z` over a range of `z`.
  private static func maximum(
    coefficient: Dyadic, multiplier: Dyadic, over range: Interval, activation: Activation
  ) -> Dyadic {
    let slope = coefficient - multiplier
    func value(_ z: Dyadic) -> Dyadic {
      activation == .identity || z.signum > 0 ? slope * z : -(multiplier * z)
    }
    var largest = value(range.lower)
    if !range.isPoint { largest = max(largest, value(range.upper)) }
    if range.lower.signum < 0 && range.upper.signum > 0 { largest = max(largest, .zero) }
    return largest
  }

  /// The part of an interval that a phase leaves.
  ///
  /// Only units whose interval has 0 inside are split, so something is left.
  private func cut(_ range: Interval, to phase: Phase?) -> Interval {
    switch phase {
    case nil: range
    case .off: Interval(range.lower, min(range.upper, .zero))
    case .on: Interval(max(range.lower, .zero), range.upper)
    case .zero: Interval(.zero)
    }
  }

  // MARK: The form of a leaf

  private func check(_ leaf: Leaf, at place: String) throws(CheckFailure) {
    var previous: UnitID?
    for i in leaf.units.indices {
      let unit = leaf.units.unit(at: i)
      guard unit.layer < target.layer || includesOwnLayer && unit.layer == target.layer,
        unit != target, unit.index < ranges[unit.layer].intervals.count,
        previous.map({ $0 < unit }) ?? true
      else {
        throw CheckFailure(
          .multiplier, at: "\(place).nu[\(i)]",
          expected: "a unit \(includesOwnLayer ? "up to" : "below") layer \(target.layer), not the "
            + "target, in ascending order", found: "\(unit)")
      }
      previous = unit
    }
    for (i, multiplier) in leaf.rows.enumerated() {
      let isAscending = i == 0 || leaf.rows[i - 1].row < multiplier.row
      guard isAscending, multiplier.row < domain.domain.rows.count, multiplier.value.signum >= 0
      else {
        throw CheckFailure(
          .multiplier, at: "\(place).lambda[\(i)]",
          expected: "a row of the domain, in ascending order, with a multiplier from 0 on",
          found: "row \(multiplier.row) with \(multiplier.value)")
      }
    }
    guard leaf.ball.isZero || domain.domain.ball != nil && leaf.ball.signum > 0 else {
      throw CheckFailure(
        .multiplier, at: "\(place).mu", expected: "a multiplier from 0 on, and a ball",
        found: "\(leaf.ball)")
    }
    guard leaf.claim.signum >= 0 else {
      throw CheckFailure(
        .multiplier, at: "\(place).m", expected: "a multiplier from 0 on", found: "\(leaf.claim)")
    }
  }
}
