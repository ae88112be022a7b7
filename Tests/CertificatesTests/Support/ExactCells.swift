import ExactArithmetic
import NeuralNetwork

/// What networks on one or two inputs really do on a domain, with no code of the checker.
///
/// The domain is cut along every line on which a unit of any network changes its sign; between
/// the cuts everything is affine, so that extremes stand at corners. All numbers of a place stand
/// over its denominator: ReLU networks are homogeneous when the biases grow with the input.
struct ExactCells {
  /// Corners around a convex cell, in cyclic order; some may coincide.
  typealias Cell = [Place]

  /// The smallest and the largest pre-activation, by layer and unit of the first network.
  let ranges: [[(low: Ratio, high: Ratio)]]
  /// The largest distance of the outputs of two networks; empty if there is one network only.
  let distances: [Ratio]
  /// The corners of all cells.
  let corners: [Place]

  /// The ranges on a domain, or nil if the domain is empty or has more than two inputs.
  init?(_ network: Network, _ domain: InputDomain, comparedWith other: Network? = nil) {
    guard domain.inputCount <= 2, let whole = Self.polygon(domain) else { return nil }
    var cells = [whole]
    for network in [network] + (other.map { [$0] } ?? []) {
      for k in network.layers.indices { cells = Self.cut(cells, by: network, layer: k) }
    }
    corners = cells.flatMap { $0 }
    let values = corners.map { place in
      Self.preactivations(of: network, at: place).map {
        $0.map { Ratio($0, over: place.denominator) }
      }
    }
    ranges = network.layers.indices.map { k in
      (0..<network.layers[k].unitCount).map { i in
        let all = values.map { $0[k][i] }
        return all.dropFirst().reduce((low: all[0], high: all[0])) {
          (min($0.low, $1), max($0.high, $1))
        }
      }
    }
    distances = other.map { Self.distances(network, $0, at: cells.flatMap { $0 }) } ?? []
  }

  /// The smallest and the largest pre-activation of a unit.
  func range(of unit: UnitID) -> (low: Ratio, high: Ratio) { ranges[unit.layer][unit.index] }

  /// Every pre-activation at a place, over the denominator of that place.
  static func preactivations(of network: Network, at place: Place) -> [[Dyadic]] {
    var inputs = place.numerators
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

  private static func distances(_ first: Network, _ second: Network, at places: [Place]) -> [Ratio]
  {
    let all = places.map { place in
      zip(outputs(of: first, at: place), outputs(of: second, at: place)).map {
        Ratio(($0 - $1).magnitude, over: place.denominator)
      }
    }
    return (all.first ?? []).indices.map { i in
      all.reduce(Ratio(.zero)) { max($0, $1[i]) }
    }
  }

  private static func outputs(of network: Network, at place: Place) -> [Dyadic] {
    let values = preactivations(of: network, at: place).last ?? []
    let activations = network.layers.last?.activations ?? []
    return zip(values, activations).map { $1 == .relu ? max($0, .zero) : $0 }
  }

  // MARK: Cutting

  private static func cut(_ cells: [Cell], by network: Network, layer k: Int) -> [Cell] {
    var parts = cells
    for (i, activation) in network.layers[k].activations.enumerated() where activation == .relu {
      parts = parts.flatMap { cell -> [Cell] in
        let values = cell.map { preactivations(of: network, at: $0)[k][i] }
        guard values.contains(where: { $0.signum > 0 }), values.contains(where: { $0.signum < 0 })
        else { return [cell] }
        return [part(of: cell, values, sign: 1), part(of: cell, values, sign: -1)]
      }
    }
    return parts
  }

  /// The part of a cell in which an affine value is zero or has a sign.
  private static func part(of cell: Cell, _ values: [Dyadic], sign: Int) -> Cell {
    var kept: Cell = []
    for i in cell.indices {
      let next = (i + 1) % cell.count
      if values[i].signum * sign >= 0 { kept.append(cell[i]) }
      if values[i].signum * values[next].signum < 0 {
        kept.append(cell[i].zero(of: values[i], towards: cell[next], values[next]))
      }
    }
    return kept
  }

  /// The domain as one cell, or nil if it is empty.
  private static func polygon(_ domain: InputDomain) -> Cell? {
    let low = domain.box.lower.map { Dyadic($0) }
    let high = domain.box.upper.map { Dyadic($0) }
    let corners =
      domain.inputCount == 1
      ? [[low[0]], [high[0]]]
      : [[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]]
    var cell = corners.map { Place(numerators: $0, denominator: .one) }
    for (coefficients, bound) in domain.exactRows {
      let values = cell.map { place in
        zip(coefficients, place.numerators).reduce(-(bound * place.denominator)) {
          $0 + $1.0 * $1.1
        }
      }
      cell = part(of: cell, values, sign: -1)
    }
    return cell.isEmpty ? nil : cell
  }
}
