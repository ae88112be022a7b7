import ExactArithmetic
import NeuralNetwork

/// A place on the line of inputs, `numerator / denominator` with a positive denominator.
struct Place: Sendable {
  let numerator: Dyadic
  let denominator: Dyadic

  static func < (left: Place, right: Place) -> Bool {
    left.numerator * right.denominator < right.numerator * left.denominator
  }
}

/// What a network on one input really does: found by its breakpoints, with no code of the checker.
///
/// Between neighbouring places every pre-activation is affine, so its extremes stand at places.
/// All numbers of a place stand over its denominator: ReLU networks are homogeneous when the
/// biases grow with the input.
struct ExactLine {
  let network: Network
  let places: [Place]
  /// Every pre-activation at every place, over the denominator of that place.
  let values: [[[Dyadic]]]

  /// The line from one place to another, cut at every breakpoint.
  init(_ network: Network, from start: Place, to end: Place) {
    var places = [start, end]
    for k in network.layers.indices {
      var refined: [Place] = []
      for (left, right) in zip(places, places.dropFirst()) {
        refined.append(left)
        refined += Self.roots(of: network, layer: k, left, right)
      }
      places = refined + places.suffix(1)
    }
    self.network = network
    self.places = places
    values = places.map { Self.preactivations(of: network, at: $0) }
  }

  /// The part of the line that lies in a domain, or nil if nothing does.
  init?(_ network: Network, _ domain: InputDomain) {
    var low = Place(numerator: Dyadic(domain.box.lower[0]), denominator: .one)
    var high = Place(numerator: Dyadic(domain.box.upper[0]), denominator: .one)
    func cut(_ coefficient: Dyadic, _ bound: Dyadic) -> Bool {
      if coefficient.isZero { return bound.signum >= 0 }
      let isUpper = coefficient.signum > 0
      let end = Place(
        numerator: isUpper ? bound : -bound, denominator: coefficient.magnitude)
      if isUpper && end < high { high = end }
      if !isUpper && low < end { low = end }
      return true
    }
    for row in domain.rows {
      let coefficient = row.terms.reduce(Dyadic.zero) { $0 + Dyadic($1.coefficient) }
      guard cut(coefficient, Dyadic(row.bound)) else { return nil }
    }
    if let ball = domain.ball {
      let (center, radius) = (Dyadic(ball.center[0]), Dyadic(ball.radius))
      guard cut(.one, center + radius), cut(Dyadic(-1), radius - center) else { return nil }
    }
    if high < low { return nil }
    self.init(network, from: low, to: high)
  }

  /// The smallest and the largest pre-activation of a unit.
  func range(of unit: UnitID) -> (low: Place, high: Place) {
    let values = zip(places, values).map { place, values in
      Place(numerator: values[unit.layer][unit.index], denominator: place.denominator)
    }
    return values.dropFirst().reduce((low: values[0], high: values[0])) { range, value in
      (value < range.low ? value : range.low, range.high < value ? value : range.high)
    }
  }

  /// Every pre-activation at a place, over the denominator of that place.
  static func preactivations(of network: Network, at place: Place) -> [[Dyadic]] {
    var inputs = [place.numerator]
    return network.layers.map { layer in
      let values = (0..<layer.unitCount).map { i in
        zip(layer.weights.row(i), inputs).reduce(Dyadic(layer.biases[i]) * place.denominator) {
          $0 + Dyadic($1.0) * $1.1
        }
      }
      inputs = zip(values, layer.activations).map { $1 == .relu && $0.signum < 0 ? .zero : $0 }
      return values
    }
  }

  private static func roots(
    of network: Network, layer k: Int, _ left: Place, _ right: Place
  ) -> [Place] {
    let before = preactivations(of: network, at: left)[k]
    let after = preactivations(of: network, at: right)[k]
    let roots = zip(before, after).compactMap { a, b -> Place? in
      guard a.signum * b.signum < 0 else { return nil }
      return Place(
        numerator: left.numerator * b.magnitude + right.numerator * a.magnitude,
        denominator: left.denominator * b.magnitude + right.denominator * a.magnitude)
    }
    return roots.sorted(by: <)
  }
}
