internal import ExactArithmetic
internal import NeuralNetwork

/// A layer made ready for exact arithmetic: integers where they fit, dyadic numbers behind them.
struct ExactLayer {
  let layer: Layer
  let biases: [Dyadic]
  /// The weights in integers, if they fit.
  let scaled: ScaledLayer?
  private let scaledBiases: ScaledVector?
  /// The largest magnitude in each row.
  let largestWeights: [Double]
  /// The sum of the magnitudes in each row, rounded.
  let rowSums: [Double]

  init(_ layer: Layer) {
    self.layer = layer
    biases = layer.biases.map { Dyadic($0) }
    scaled = ScaledLayer(layer)
    scaledBiases = ScaledVector(biases)
    largestWeights = (0..<layer.unitCount).map { i in
      layer.weights.row(i).reduce(0) { max($0, abs($1)) }
    }
    rowSums = (0..<layer.unitCount).map { i in
      layer.weights.row(i).reduce(0) { $0 + abs($1) }
    }
  }

  /// `W x + b` in integers, or nil if they might not hold it.
  func preactivations(_ inputs: ScaledVector) -> ScaledVector? {
    guard let scaledBiases else { return nil }
    return scaled?.product(inputs)?.adding(scaledBiases)
  }

  /// Row `i`.
  func row(_ i: Int) -> ExactVector {
    scaled?.row(i).map { ExactVector($0) } ?? ExactVector(layer.weights.row(i).map { Dyadic($0) })
  }

  /// `Σ_i multiplier_i · row_i`, one number per input of the layer.
  func combination(_ multipliers: ExactVector) -> ExactVector {
    if let scaled, let integers = multipliers.scaled, let sum = scaled.combination(integers) {
      return ExactVector(sum)
    }
    var sums = [Dyadic](repeating: .zero, count: layer.inputCount)
    for i in 0..<layer.unitCount where !multipliers[i].isZero {
      let multiplier = multipliers[i]
      for (j, weight) in layer.weights.row(i).enumerated() where weight != 0 {
        sums[j] += multiplier * Dyadic(weight)
      }
    }
    return ExactVector(sums)
  }

  /// The range of every pre-activation over the given ranges of the inputs, not yet rounded.
  func preactivationRanges(over inputs: [Interval]) -> [Interval] {
    let lower = inputs.map(\.lower)
    let upper = inputs.map(\.upper)
    if let scaled, let low = ScaledVector(lower), let high = ScaledVector(upper),
      let ranges = scaled.ranges(lower: low, upper: high, biases: biases)
    {
      return ranges
    }
    return (0..<layer.unitCount).map { i in
      var low = biases[i]
      var high = biases[i]
      for (j, weight) in layer.weights.row(i).enumerated() where weight != 0 {
        let factor = Dyadic(weight)
        low += factor * (weight > 0 ? lower[j] : upper[j])
        high += factor * (weight > 0 ? upper[j] : lower[j])
      }
      return Interval(low, high)
    }
  }

  /// `Σ_j |W_ij| · values_j` for every unit: the largest value over `-values ≤ x ≤ values`.
  func absoluteSums(over values: [Dyadic]) -> [Dyadic] {
    if values.allSatisfy(\.isZero) { return biases.map { _ in .zero } }
    return zip(preactivationRanges(over: values.map { Interval(-$0, $0) }), biases)
      .map { $0.upper - $1 }
  }
}

/// A vector of exact numbers in whichever form is at hand.
struct ExactVector {
  /// The integer form, if the numbers fit into it.
  let scaled: ScaledVector?
  private let numbers: [Dyadic]

  init(_ scaled: ScaledVector) {
    self.scaled = scaled
    numbers = []
  }

  init(_ numbers: [Dyadic]) {
    scaled = ScaledVector(numbers)
    self.numbers = scaled == nil ? numbers : []
  }

  var count: Int { scaled?.values.count ?? numbers.count }

  subscript(i: Int) -> Dyadic { scaled?[i] ?? numbers[i] }

  /// The vector with another number at one index.
  func replacing(_ i: Int, with number: Dyadic) -> ExactVector {
    if let changed = scaled?.replacing(i, with: number) { return ExactVector(changed) }
    return ExactVector((0..<count).map { $0 == i ? number : self[$0] })
  }

  /// The vector times a number.
  func scaled(by factor: Dyadic) -> ExactVector {
    if let scaled, factor.bitCount <= 1 {
      let values =
        factor.signum == 0
        ? scaled.values.map { _ in 0 }
        : factor.signum < 0 ? scaled.values.map { -$0 } : scaled.values
      return ExactVector(
        ScaledVector(exponent: scaled.exponent + factor.exponent, values: values))
    }
    return ExactVector((0..<count).map { factor * self[$0] })
  }
}
