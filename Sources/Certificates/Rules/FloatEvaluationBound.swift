public import ExactArithmetic
public import NeuralNetwork

/// Bounds on what rounding adds to the pre-activations when a runtime evaluates the network.
///
/// For every input of the domain whose numbers are of the scalar type, every order of summation,
/// with or without fused multiply-add, with gradual underflow or with subnormal numbers replaced
/// by zero. Exact arithmetic, rounded up; no floating point.
///
/// - Source: `docs/certificate-format.md`, section 8; the proof is in `docs/method.md`, "Float
///   evaluation"; Higham, *Accuracy and Stability of Numerical Algorithms*, section 3.1.
public struct FloatEvaluationBound: Sendable {
  /// The most terms of one dot product for which the bound is stated.
  static let termLimit = 1 << 20

  private let intervals: [[Interval]]
  /// One list per layer for which the bound could be stated; nil for units that may overflow.
  private var errors: [[Dyadic?]] = []

  /// Bounds for the proved intervals of a network.
  ///
  /// - Parameter plainLayerCount: The number of layers, from the first, that a runtime evaluates
  ///   as one product and one bias per unit. Nothing is said about units of other layers.
  /// - Precondition: `proved` is complete.
  /// - Complexity: A few products of every weight with a number of about 53 bits.
  public init(_ proved: ProofState, plainLayerCount: Int) {
    precondition(proved.isComplete, "float bounds rest on the intervals of all layers")
    let box = proved.domain.box
    self.init(
      proved.network, inputs: zip(box.lower, box.upper).map { Interval(Dyadic($0), Dyadic($1)) },
      intervals: proved.intervals, plainLayerCount: plainLayerCount)
  }

  /// Bounds for given intervals of the inputs and of the pre-activations of a network.
  init(
    _ network: ExactNetwork, inputs: [Interval], intervals: [[Interval]], plainLayerCount: Int
  ) {
    let type = network.network.scalarType
    self.intervals = intervals
    var sizes = inputs.map(\.magnitude)
    var differences = sizes.map { _ in Dyadic.zero }
    for k in 0..<min(plainLayerCount, network.layers.count) {
      let reading = LayerReading(network.layers[k], sizes: sizes, differences: differences)
      let layerErrors = reading.sums.map { Self.error(of: $0, in: type) }
      errors.append(layerErrors)
      let provedErrors = layerErrors.compactMap { $0 }
      // One unit that may overflow spoils everything that reads its layer.
      guard provedErrors.count == layerErrors.count else { return }
      let activations = network.network.layers[k].activations
      sizes = zip(intervals[k], activations).map { interval, activation in
        activation == .relu ? max(interval.upper, .zero) : interval.magnitude
      }
      differences = zip(zip(intervals[k], activations), provedErrors).map { unit, error in
        let (interval, activation) = unit
        return activation == .relu
          ? max(.zero, min(interval.upper, .zero) + error).roundedUp : error
      }
    }
  }

  /// The bound `e` on the difference between the computed and the exact pre-activation.
  ///
  /// Nil if none is proved: the layer or one below is not plain, a sum may overflow, or there is
  /// no such unit. Where there is one, the computed value is finite.
  public func error(of unit: UnitID) -> Dyadic? {
    guard unit.layer < errors.count, unit.index < errors[unit.layer].count else { return nil }
    return errors[unit.layer][unit.index]
  }

  /// True if rounding never gives a unit the sign that its verdict excludes.
  public func isFloatSafe(_ unit: UnitID, _ stability: Stability) -> Bool {
    guard let error = error(of: unit) else { return false }
    let interval = intervals[unit.layer][unit.index]
    switch stability {
    case .stablyInactive: return (interval.upper + error).signum <= 0
    case .stablyActive: return (interval.lower - error).signum >= 0
    case .unstable, .undecided: return false
    }
  }

  /// Throws if a verdict says `floatSafe` of a unit that is not.
  func check(_ verdict: Verdict, at place: String) throws(CheckFailure) {
    guard verdict.floatSafe, !isFloatSafe(verdict.unit, verdict.stability) else { return }
    let found = error(of: verdict.unit).map { "a bound of \($0)" } ?? "no bound"
    let interval = intervals[verdict.unit.layer][verdict.unit.index]
    throw CheckFailure(
      .floatSafe, at: "\(place).floatSafe",
      expected: "a bound on rounding that \(interval.lower) … \(interval.upper) leaves room for",
      found: found)
  }

  /// The bound `e` of one unit, or nil if a sum has too many terms or may overflow.
  static func error(of sums: LayerReading.Sums, in type: ScalarType) -> Dyadic? {
    guard sums.termCount < termLimit else { return nil }
    let roundings = Dyadic(sums.termCount + 1).scaled(byPowerOfTwo: -type.precision)
    let growth = roundings * (.one + roundings.scaled(byPowerOfTwo: 1))
    let underflow = (Dyadic(2 * sums.termCount + 2) + sums.factors)
      .scaled(byPowerOfTwo: type.smallestNormalExponent + 1)
    let size = sums.size.roundedUp
    let largest = Dyadic.one.scaled(byPowerOfTwo: type.maximumLeadingExponent)
    guard size * (.one + growth) + underflow <= largest else { return nil }
    return size.isZero ? .zero : (sums.inherited + growth * size + underflow).roundedUp
  }
}

/// What each unit of a layer sums up, given how large the layer's inputs are and how far off.
struct LayerReading {
  /// The sums over the inputs that count: those with a weight and a value that are not 0.
  struct Sums {
    /// The number of inputs that count.
    var termCount: Int
    /// `Σ (|W| + H + d)`.
    var factors: Dyadic
    /// `|b| + Σ |W| (H + d)`, not rounded.
    var size: Dyadic
    /// `Σ |W| d`.
    var inherited: Dyadic
  }

  /// The sums of every unit.
  let sums: [Sums]

  init(_ layer: ExactLayer, sizes: [Dyadic], differences: [Dyadic]) {
    let reaches = zip(sizes, differences).map(+)
    let used = reaches.indices.filter { !reaches[$0].isZero }
    let total = used.reduce(Dyadic.zero) { $0 + reaches[$1] }
    let sized = layer.absoluteSums(over: sizes)
    let inherited = layer.absoluteSums(over: differences)
    let weights = layer.absoluteSums(over: reaches.map { $0.isZero ? .zero : .one })
    sums = (0..<layer.layer.unitCount).map { i in
      let row = layer.layer.weights.row(i)
      let skipped = used.filter { row[row.startIndex + $0] == 0 }
      let left = skipped.isEmpty ? total : skipped.reduce(total) { $0 - reaches[$1] }
      return Sums(
        termCount: used.count - skipped.count, factors: weights[i] + left,
        size: layer.biases[i].magnitude + sized[i] + inherited[i], inherited: inherited[i])
    }
  }
}

extension Dyadic {
  /// The nearest number of at most `ExactNetwork.intervalBitCount` bits that is not smaller.
  fileprivate var roundedUp: Dyadic { rounded(.up, toBitCount: ExactNetwork.intervalBitCount) }
}

extension ScalarType {
  /// The exponent of the smallest positive number that is not subnormal.
  fileprivate var smallestNormalExponent: Int { minimumExponent + precision - 1 }
}
