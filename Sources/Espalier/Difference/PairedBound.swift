internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Bounds on the differences of two networks that follow pairs of units through the layers.
///
/// For a pair with pre-activations `z` and `z'`, and pairs `h`, `h'` below,
///
///     z - z' = Σ w' (h - h') + Σ (w - w') h + (b - b'),   |relu(z) - relu(z')| ≤ |z - z'|
///
/// in interval arithmetic with exact ends, rounded outward to 53 bits. Two networks that are nearly
/// the same get small bounds, which the relaxation of each network by itself does not give.
///
/// - Source: Paulsen, Wang and Wang, "ReluDiff", arXiv 2001.03662, in exact arithmetic.
struct PairedBound {
  let product: ProductNetwork
  let state: ProofState
  private let pairing: UnitPairing

  /// - Precondition: All layers of the product are open in the state.
  init(_ product: ProductNetwork, state: ProofState) {
    self.product = product
    self.state = state
    pairing = UnitPairing(product)
  }

  /// The range of `first - second` for every output.
  var differences: [Interval] {
    var below: [Int: (partner: Int, difference: Interval)] = [:]
    for k in product.layers.indices {
      let values = k == 0 ? inputRanges : postactivations(layer: k - 1)
      var next: [Int: (partner: Int, difference: Interval)] = [:]
      for pair in pairing.pairs[k] {
        let range = difference(layer: k, pair, values: values, below: below)
        next[pair.second] = (pair.first, afterActivation(layer: k, pair, range))
      }
      below = next
    }
    return (0..<product.outputCount).map { output in
      below[product.secondOutput(output)]?.difference ?? Interval(.zero)
    }
  }

  private var inputRanges: [Interval] {
    zip(state.domain.box.lower, state.domain.box.upper).map { Interval(Dyadic($0), Dyadic($1)) }
  }

  private func postactivations(layer k: Int) -> [Interval] {
    zip(state.intervals[k], product.layers[k].activations).map { interval, activation in
      activation == .identity ? interval : interval.positivePart
    }
  }

  /// The range of `z - z'`.
  private func difference(
    layer k: Int, _ pair: (first: Int, second: Int), values: [Interval],
    below: [Int: (partner: Int, difference: Interval)]
  ) -> Interval {
    let layer = product.layers[k]
    var ours = layer.weights.row(pair.first).map { Dyadic($0) }
    let theirs = Array(layer.weights.row(pair.second))
    var sum = Interval(Dyadic(layer.biases[pair.first]) - Dyadic(layer.biases[pair.second]))
    for (j, weight) in theirs.enumerated() where weight != 0 {
      let factor = Dyadic(weight)
      if let (partner, difference) = below[j] {
        sum = sum + difference.times(factor)
        ours[partner] -= factor
      } else {
        ours[j] -= factor
      }
    }
    for (j, factor) in ours.enumerated() where !factor.isZero {
      sum = sum + values[j].times(factor)
    }
    let apart = state.intervals[k][pair.first] - state.intervals[k][pair.second]
    return (sum.intersection(apart) ?? sum).roundedTo53Bits
  }

  /// The range of `h - h'` where `z - z'` has the given range.
  private func afterActivation(
    layer k: Int, _ pair: (first: Int, second: Int), _ range: Interval
  ) -> Interval {
    let activations = product.layers[k].activations
    let z = state.intervals[k][pair.first]
    let other = state.intervals[k][pair.second]
    let isOn = { (unit: Int, interval: Interval) in
      activations[unit] == .identity || interval.lower.signum >= 0
    }
    if isOn(pair.first, z), isOn(pair.second, other) { return range }
    let h = activations[pair.first] == .relu ? z.positivePart : z
    let otherValue = activations[pair.second] == .relu ? other.positivePart : other
    let apart = (h - otherValue).roundedTo53Bits
    // An identity unit counts as a relu unit where it is never negative.
    let areRelu = zip([pair.first, pair.second], [z, other]).allSatisfy {
      activations[$0] == .relu || $1.lower.signum >= 0
    }
    guard areRelu else { return apart }
    let lipschitz = Interval(min(range.lower, .zero), max(range.upper, .zero))
    return lipschitz.intersection(apart) ?? apart
  }
}

extension Interval {
  fileprivate static func + (left: Interval, right: Interval) -> Interval {
    Interval(left.lower + right.lower, left.upper + right.upper)
  }

  fileprivate static func - (left: Interval, right: Interval) -> Interval {
    Interval(left.lower - right.upper, left.upper - right.lower)
  }

  fileprivate func times(_ factor: Dyadic) -> Interval {
    factor.signum < 0
      ? Interval(upper * factor, lower * factor) : Interval(lower * factor, upper * factor)
  }

  fileprivate var positivePart: Interval { Interval(max(lower, .zero), max(upper, .zero)) }

  fileprivate var roundedTo53Bits: Interval {
    let bits = ExactNetwork.intervalBitCount
    return Interval(lower.rounded(.down, toBitCount: bits), upper.rounded(.up, toBitCount: bits))
  }
}
