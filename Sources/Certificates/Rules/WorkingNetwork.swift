public import ExactArithmetic
public import NeuralNetwork

/// A network while rewrites are applied to it, with exact numbers.
///
/// Layers and units keep the numbers that they have in the network that was read.
///
/// - Source: `docs/certificate-format.md`, section 9.
public struct WorkingNetwork: Sendable {
  /// The layers that are left.
  public private(set) var layers: [WorkingLayer]
  private let scalarType: ScalarType
  private let inputCount: Int
  /// The final intervals of the network that was read.
  private let intervals: [[Interval]]

  /// The network as it was read, with the proved intervals that rewrites rest on.
  ///
  /// - Precondition: `proved` is complete.
  public init(_ proved: ProofState) {
    precondition(proved.isComplete, "rewrites rest on the intervals of all layers")
    let network = proved.network.network
    layers = network.layers.enumerated().map { WorkingLayer($1, index: $0) }
    scalarType = network.scalarType
    inputCount = network.inputCount
    intervals = proved.intervals
  }

  /// Applies one rewrite.
  ///
  /// - Throws: `CheckFailure` of the rule `rewrite` if it is not allowed.
  public mutating func apply(_ rewrite: Rewrite, at place: String) throws(CheckFailure) {
    switch rewrite {
    case .removeInactive(let unit):
      let (position, row) = try locate(unit, rewrite, at: place)
      guard layers[position].activations[row] == .relu,
        intervals[unit.layer][unit.index].upper.signum <= 0
      else { throw refusal(rewrite, "a stably inactive relu unit", "\(unit)", at: place) }
      remove(row: row, of: position)
    case .foldConstant(let unit):
      let (position, row) = try locate(unit, rewrite, at: place)
      let interval = intervals[unit.layer][unit.index]
      guard interval.isPoint else {
        throw refusal(rewrite, "a unit with one proved value", "\(unit)", at: place)
      }
      let isRelu = layers[position].activations[row] == .relu
      let value = isRelu ? max(interval.lower, .zero) : interval.lower
      layers[position + 1].foldConstant(value, ofColumn: row)
      remove(row: row, of: position)
    case .removeUnread(let unit):
      let (position, row) = try locate(unit, rewrite, at: place)
      guard !layers[position + 1].reads(column: row) else {
        throw refusal(rewrite, "a unit that no weight reads", "\(unit)", at: place)
      }
      remove(row: row, of: position)
    case .foldLayer(let layer): try fold(layer, rewrite, at: place)
    case .makeConstant(let layer): try makeConstant(layer, rewrite, at: place)
    }
  }

  /// The layers that are left, for the `kept` member of a certificate.
  public var kept: [Pruning.KeptLayer] {
    layers.map { Pruning.KeptLayer(layer: $0.index, units: $0.units) }
  }

  /// The network with every number rounded to the stored type.
  ///
  /// - Throws: `CheckFailure` of the rule `result-network` if a layer is empty or a number overflows.
  public func rounded(at place: String) throws(CheckFailure) -> Network {
    do throws(NetworkError) {
      return try Network(
        layers: layers.map { $0.rounded(to: scalarType) }, scalarType: scalarType)
    } catch {
      throw CheckFailure(
        .resultNetwork, at: place, expected: "a network of \(scalarType.rawValue) numbers",
        found: error.description)
    }
  }

  /// A bound per output on what rounding changes, on the domain.
  ///
  /// - Source: `docs/certificate-format.md`, section 9 (interval recursion).
  public func difference(to rounded: Network, over box: Box) -> [Dyadic] {
    var sizes = zip(box.lower, box.upper).map { max(Dyadic($0).magnitude, Dyadic($1).magnitude) }
    var differences = [Dyadic](repeating: .zero, count: inputCount)
    for (layer, result) in zip(layers, rounded.layers) {
      differences = layer.difference(
        to: result, inputDifferences: differences, inputSizes: sizes)
      sizes = zip(layer.units, layer.activations).map { unit, activation in
        let interval = intervals[layer.index][unit]
        return activation == .relu
          ? max(interval.upper, .zero) : interval.magnitude
      }
    }
    return differences
  }

  // MARK: Rewrites

  private mutating func fold(
    _ index: Int, _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) {
    let expected = "a layer before the last, with units, none of them ever cut off"
    guard let position = layers.firstIndex(where: { $0.index == index }),
      position + 1 < layers.count, !layers[position].units.isEmpty
    else { throw refusal(rewrite, expected, "layer \(index)", at: place) }
    let layer = layers[position]
    for (unit, activation) in zip(layer.units, layer.activations)
    where activation == .relu && intervals[index][unit].lower.signum < 0 {
      throw refusal(rewrite, expected, "\(UnitID(layer: index, index: unit))", at: place)
    }
    layers[position + 1] = layers[position + 1].composed(with: layer)
    layers.remove(at: position)
  }

  private mutating func makeConstant(
    _ index: Int, _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) {
    guard let position = layers.firstIndex(where: { $0.index == index }),
      layers[position].units.isEmpty, position + 1 < layers.count
    else { throw refusal(rewrite, "a layer without units", "layer \(index)", at: place) }
    var values: [Dyadic] = []
    for layer in layers[(position + 1)...] {
      values = layer.preactivations(of: values)
      if layer.index == layers[layers.count - 1].index {
        layers = [layer.constant(values, inputCount: inputCount)]
        return
      }
      values = zip(values, layer.activations).map { $1 == .relu ? max($0, .zero) : $0 }
    }
  }

  private mutating func remove(row: Int, of position: Int) {
    layers[position].removeRow(row)
    layers[position + 1].removeColumn(row)
  }

  private func locate(
    _ unit: UnitID, _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) -> (position: Int, row: Int) {
    guard let position = layers.firstIndex(where: { $0.index == unit.layer }),
      position + 1 < layers.count,
      let row = layers[position].units.firstIndex(of: unit.index)
    else {
      throw refusal(rewrite, "a unit that is left, before the last layer", "\(unit)", at: place)
    }
    return (position, row)
  }

  private func refusal(
    _ rewrite: Rewrite, _ expected: String, _ found: String, at place: String
  ) -> CheckFailure {
    CheckFailure(.rewrite, at: place, expected: "\(rewrite.rule) of \(expected)", found: found)
  }
}
