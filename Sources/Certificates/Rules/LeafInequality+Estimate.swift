internal import ExactArithmetic
internal import NeuralNetwork

/// The leaf inequality in floating point, where that is enough.
///
/// A tree's leaf need not be known exactly: it only has to be at most the tree's bound. Everything
/// here has a bound on its error, so that nothing is accepted that exact numbers would refuse; what
/// is not accepted here is evaluated exactly.
extension LeafInequality {
  /// A number that the bound `B` of a leaf does not exceed; nil where doubles give none.
  ///
  /// Coefficients `q` are sums of products of doubles, and no one is farther from the exact one
  /// than `error`. A linear unit without a multiplier takes its coefficient, and with it that
  /// error; the others have multipliers that are doubles. The term of a unit changes by at most
  /// `(|Δq| + |Δν|) max |z| + |Δν b|` then. To this comes the rounding of one long sum.
  ///
  /// - Precondition: The form of the leaf is checked.
  /// - Source: `RoundingFilter.errorOfSum`; `docs/method.md`, "Leaves in doubles".
  func estimate(of leaf: Leaf, phases: [UnitID: Phase]) -> Dyadic? {
    guard leaf.claim == .one, leaf.rows.isEmpty, leaf.ball.isZero,
      case .packed(let given) = leaf.units.storage,
      target.index < network.layers[target.layer].biases.count,
      given.last.map({ Int($0.layer) < target.layer }) ?? true
    else { return nil }
    let layer = network.layers[target.layer].layer
    let sign: Double = side == .upper ? 1 : -1
    var sum = LeafSum(first: sign * layer.biases[target.index])
    var coefficients = LeafCoefficients(
      values: layer.weights.row(target.index).map { sign * $0 })
    var end = given.count
    for k in stride(from: target.layer - 1, through: 0, by: -1) {
      guard let ranges = ranges[k].doubles else { return nil }
      var start = end
      while start > 0 && given[start - 1].layer == k { start -= 1 }
      let multipliers = LeafMultipliers(
        given[start..<end], coefficients, layer: network.layers[k].layer,
        ranges: ranges.cut(phases, layer: k))
      end = start
      sum.add(coefficients, multipliers, biases: network.layers[k].layer.biases, ranges)
      coefficients = coefficients.combined(multipliers, of: network.layers[k])
    }
    sum.add(coefficients, over: domain.domain.box)
    return sum.upperEnd
  }
}

/// The coefficients of one layer's outputs, or of the inputs.
private struct LeafCoefficients {
  var values: [Double]
  /// No value is farther from the exact coefficient.
  var error = 0.0

  /// The coefficients below a layer: the sum of its rows times multipliers.
  func combined(_ multipliers: LeafMultipliers, of layer: ExactLayer) -> LeafCoefficients {
    let count = layer.layer.inputCount
    var used: [Int] = []
    var (magnitude, passed) = (0.0, 0.0)
    for (i, multiplier) in multipliers.values.enumerated() where multiplier != 0 {
      used.append(i)
      magnitude += abs(multiplier) * layer.largestWeights[i]
    }
    // A coefficient that is 0 need not be 0 exactly.
    for i in multipliers.passed { passed += layer.largestWeights[i] }
    var next = LeafCoefficients(values: Array(repeating: 0, count: count))
    next.error =
      RoundingFilter.errorOfSum(count: used.count, magnitude: magnitude) + 2 * error * passed
    next.values.withUnsafeMutableBufferPointer { sums in
      layer.layer.weights.elements.withUnsafeBufferPointer { weights in
        var rows = used.map { i in
          (
            multipliers.values[i],
            UnsafeBufferPointer(rebasing: weights[i * count..<(i + 1) * count])
          )
        }
        // Four rows at a time, so that each sum is loaded and stored a quarter as often.
        while rows.count % 4 != 0, let first = rows.first { rows.append((0, first.1)) }
        for i in stride(from: 0, to: rows.count, by: 4) {
          let (a, b, c, d) = (rows[i], rows[i + 1], rows[i + 2], rows[i + 3])
          for t in 0..<count {
            sums[t] += (a.0 * a.1[t] + b.0 * b.1[t]) + (c.0 * c.1[t] + d.0 * d.1[t])
          }
        }
      }
    }
    return next
  }
}

/// The multipliers of one layer, and the ranges of its units in a branch.
private struct LeafMultipliers {
  var values: [Double]
  /// The units that take the coefficients of their outputs.
  var passed: [Int] = []
  let ranges: DoubleRanges
  let activations: [Activation]

  init(
    _ given: ArraySlice<UnitMultipliers.Packed>, _ coefficients: LeafCoefficients, layer: Layer,
    ranges: DoubleRanges
  ) {
    self.ranges = ranges
    activations = layer.activations
    values = Array(repeating: 0, count: layer.unitCount)
    var isGiven = Array(repeating: false, count: layer.unitCount)
    for multiplier in given {
      values[Int(multiplier.index)] = Double(Float(bitPattern: multiplier.pattern))
      isGiven[Int(multiplier.index)] = true
    }
    for i in values.indices where !isGiven[i] {
      guard activations[i] == .identity || ranges.lower[i] >= 0 else { continue }
      values[i] = coefficients.values[i]
      passed.append(i)
    }
  }
}

/// The sum of all terms of the inequality, and what may be wrong with it.
private struct LeafSum {
  private var sum: Double
  private var count = 1
  /// The sum of the magnitudes of what is added.
  private var magnitude: Double
  /// What the errors of coefficients change at most.
  private var drift = 0.0

  init(first: Double) {
    sum = first
    magnitude = abs(first)
  }

  /// Adds the terms of a layer.
  ///
  /// - Parameter whole: The ranges of its units without phases.
  mutating func add(
    _ coefficients: LeafCoefficients, _ multipliers: LeafMultipliers, biases: [Double],
    _ whole: DoubleRanges
  ) {
    for i in biases.indices {
      let q = coefficients.values[i]
      let v = multipliers.values[i]
      let lower = multipliers.ranges.lower[i]
      let upper = multipliers.ranges.upper[i]
      let isIdentity = multipliers.activations[i] == .identity
      let low = isIdentity || lower > 0 ? (q - v) * lower : -v * lower
      let high = isIdentity || upper > 0 ? (q - v) * upper : -v * upper
      var largest = max(low, high)
      if lower < 0 && upper > 0 { largest = max(largest, 0) }
      sum += largest
      sum += v * biases[i]
      magnitude += (abs(q) + abs(v)) * whole.reach[i] + abs(v * biases[i])
      drift += coefficients.error * (2 * whole.reach[i] + abs(biases[i]))
    }
    count += 2 * biases.count
  }

  /// Adds the largest value of the coefficients of the inputs.
  mutating func add(_ coefficients: LeafCoefficients, over box: Box) {
    for t in coefficients.values.indices {
      let q = coefficients.values[t]
      let reach = max(abs(box.lower[t]), abs(box.upper[t]))
      sum += q * (q > 0 ? box.upper[t] : box.lower[t])
      magnitude += abs(q) * reach
      drift += coefficients.error * reach
    }
    count += coefficients.values.count
  }

  /// A number that the exact sum does not exceed; nil if there is none.
  var upperEnd: Dyadic? {
    // Twice the drift, for its own rounding.
    let error = RoundingFilter.errorOfSum(count: count, magnitude: magnitude) + 2 * drift
    let end = (sum + error).nextUp
    // A sum may overflow where the magnitudes just do not, and the number after minus infinity is
    // finite.
    guard sum.isFinite, end.isFinite else { return nil }
    return Dyadic(end)
  }
}
