public import ExactArithmetic
public import NeuralNetwork

/// A network made ready for exact arithmetic.
public struct ExactNetwork: Sendable {
  /// The bits of an interval's end; longer numbers are rounded outward.
  public static let intervalBitCount = 53

  /// The network itself.
  public let network: Network
  let layers: [ExactLayer]

  /// Prepares a network.
  public init(_ network: Network) {
    self.network = network
    layers = network.layers.map(ExactLayer.init)
  }

  /// The initial intervals of a layer, given the intervals of the layer before.
  ///
  /// - Source: `docs/certificate-format.md`, section 7.
  func initialIntervals(layer k: Int, box: Box, previous: [Interval]) -> [Interval] {
    let ranges =
      k == 0
      ? zip(box.lower, box.upper).map { Interval(Dyadic($0), Dyadic($1)) }
      : postactivationRanges(layer: k - 1, preactivations: previous)
    return layers[k].preactivationRanges(over: ranges).map(\.roundedOutward)
  }

  /// The ranges of a layer's outputs, given those of its pre-activations.
  func postactivationRanges(layer k: Int, preactivations: [Interval]) -> [Interval] {
    zip(network.layers[k].activations, preactivations).map { activation, range in
      activation == .identity
        ? range : Interval(max(range.lower, .zero), max(range.upper, .zero))
    }
  }

  /// The sign of every pre-activation at a point, exactly: -1, 0 or 1, one list per layer.
  ///
  /// Doubles show nearly all signs without doubt. For other points, integers of 128 bits are enough
  /// for a few layers; then ranges rounded outward decide nearly all signs, and exact numbers the
  /// rest.
  ///
  /// - Parameter layerCount: How many layers are evaluated; nil for all.
  /// - Precondition: `point` has one number per input.
  public func signs(at point: [Dyadic], layerCount: Int? = nil) -> [[Int]] {
    precondition(point.count == network.inputCount, "a point needs one number per input")
    if let signs = signsInDoubles(at: point, layerCount: layerCount) { return signs }
    if let signs = integerSigns(at: point, layerCount: layerCount) { return signs }
    var inputs = point.map { Interval($0) }
    var signs: [[Int]] = []
    for k in layers.indices.prefix(layerCount ?? layers.count) {
      let ranges = layers[k].preactivationRanges(over: inputs).map(\.roundedOutward)
      let decided = ranges.compactMap(\.decidedSign)
      guard decided.count == ranges.count else {
        return preactivations(at: point, layerCount: layerCount).map { $0.map(\.signum) }
      }
      signs.append(decided)
      inputs = postactivationRanges(layer: k, preactivations: ranges)
    }
    return signs
  }

  private func integerSigns(at point: [Dyadic], layerCount: Int?) -> [[Int]]? {
    guard var inputs = ScaledVector(point) else { return nil }
    var signs: [[Int]] = []
    for k in layers.indices.prefix(layerCount ?? layers.count) {
      guard let values = layers[k].preactivations(inputs) else { return nil }
      signs.append(values.values.map { Int($0.signum()) })
      inputs = ScaledVector(
        exponent: values.exponent,
        values: zip(values.values, network.layers[k].activations).map {
          $1 == .relu ? max($0, 0) : $0
        })
    }
    return signs
  }

  /// Every pre-activation at a point, one list per layer, without any rounding.
  public func preactivations(at point: [Dyadic], layerCount: Int? = nil) -> [[Dyadic]] {
    var inputs = point.map { Interval($0) }
    return layers.indices.prefix(layerCount ?? layers.count).map { k in
      let values = layers[k].preactivationRanges(over: inputs)
      inputs = postactivationRanges(layer: k, preactivations: values)
      return values.map(\.lower)
    }
  }
}

extension Interval {
  /// The interval with ends of at most `ExactNetwork.intervalBitCount` bits that holds this one.
  var roundedOutward: Interval {
    let bits = ExactNetwork.intervalBitCount
    return Interval(
      lower.rounded(.down, toBitCount: bits), upper.rounded(.up, toBitCount: bits))
  }

  /// The common sign of all members, if they have one.
  fileprivate var decidedSign: Int? {
    if lower.signum > 0 { return 1 }
    if upper.signum < 0 { return -1 }
    return lower.isZero && upper.isZero ? 0 : nil
  }
}
