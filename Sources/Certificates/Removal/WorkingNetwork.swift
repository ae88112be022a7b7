public import ExactArithmetic
public import NeuralNetwork

/// A network while rewrites are applied to it, with exact numbers.
///
/// Layers and units keep the numbers that they have in the network that was read.
///
/// - Source: `docs/certificate-format.md`, section 9.
public struct WorkingNetwork: Sendable {
  /// The layers that are left.
  public internal(set) var layers: [WorkingLayer]
  /// The ranges of the inputs of the network.
  public let inputRanges: [Interval]
  /// The type of stored numbers.
  public let scalarType: ScalarType

  /// The network as it was read, with the proved intervals that rewrites rest on.
  ///
  /// - Precondition: `proved` is complete.
  public init(_ proved: ProofState) {
    precondition(proved.isComplete, "rewrites rest on the intervals of all layers")
    let network = proved.network.network
    layers = network.layers.indices.map {
      WorkingLayer(network.layers[$0], index: $0, ranges: proved.intervals[$0])
    }
    scalarType = network.scalarType
    let box = proved.domain.box
    inputRanges = zip(box.lower, box.upper).map { Interval(Dyadic($0), Dyadic($1)) }
  }

  /// The ranges of what the layer at a position reads.
  public func inputRanges(ofPosition position: Int) -> [Interval] {
    guard position > 0 else { return inputRanges }
    let below = layers[position - 1]
    return below.units.indices.map { below.outputRange($0) }
  }

  /// The position of a layer that is left.
  public func position(ofLayer index: Int) -> Int? { layers.firstIndex { $0.index == index } }

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

  // MARK: Rewrites

  /// Applies one rewrite.
  ///
  /// - Throws: `CheckFailure` of the rule `rewrite` if it is not allowed.
  public mutating func apply(_ rewrite: Rewrite, at place: String) throws(CheckFailure) {
    if let long = rewrite.values.first(where: { $0.bitCount > Rewrite.maximumBitCount }) {
      throw Self.refusal(
        rewrite, "values of at most \(Rewrite.maximumBitCount) bits", "\(long.bitCount) bits",
        at: place)
    }
    switch rewrite {
    case .removeInactive(let unit):
      let (position, row) = try locate(unit, rewrite, at: place)
      let layer = layers[position]
      guard layer.activations[row] == .relu, layer.ranges[row].upper.signum <= 0 else {
        throw Self.refusal(rewrite, "a stably inactive relu unit", "\(unit)", at: place)
      }
      remove(row: row, of: position)
    case .foldConstant(let unit):
      let (position, row) = try locate(unit, rewrite, at: place)
      let output = layers[position].outputRange(row)
      guard layers[position].ranges[row].isPoint else {
        throw Self.refusal(rewrite, "a unit with one proved value", "\(unit)", at: place)
      }
      fold(output.lower, ofColumn: row, into: position + 1)
      remove(row: row, of: position)
    case .removeUnread(let unit):
      let (position, row) = try locate(unit, rewrite, at: place)
      guard !layers[position + 1].reads(column: row) else {
        throw Self.refusal(rewrite, "a unit that no weight reads", "\(unit)", at: place)
      }
      remove(row: row, of: position)
    case .addLinear(let unit, let shift): try addLinear(unit, shift: shift, rewrite, at: place)
    case .substitute(let substitution): try apply(substitution, rewrite, at: place)
    case .replaceLinear(let replacement): try apply(replacement, rewrite, at: place)
    case .foldLayer(let layer): try fold(layer, rewrite, at: place)
    case .makeConstant(let layer): try makeConstant(layer, rewrite, at: place)
    }
  }

  private mutating func fold(
    _ index: Int, _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) {
    let expected = "a layer before the last, with units, none of them ever cut off"
    guard let position = position(ofLayer: index), position + 1 < layers.count,
      !layers[position].units.isEmpty
    else { throw Self.refusal(rewrite, expected, "layer \(index)", at: place) }
    let layer = layers[position]
    if let row = layer.units.indices.first(where: { !layer.isLinear($0) }) {
      let unit = UnitID(layer: index, index: layer.units[row])
      throw Self.refusal(rewrite, expected, "\(unit)", at: place)
    }
    layers[position + 1] = layers[position + 1].composed(with: layer)
    layers.remove(at: position)
  }

  private mutating func makeConstant(
    _ index: Int, _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) {
    guard let position = position(ofLayer: index), layers[position].units.isEmpty,
      position + 1 < layers.count
    else { throw Self.refusal(rewrite, "a layer without units", "layer \(index)", at: place) }
    var values: [Dyadic] = []
    var slacks: [Dyadic] = []
    for (place, layer) in layers.enumerated().dropFirst(position + 1) {
      let results = layer.preactivations(of: values, off: slacks)
      values = results.map(\.value)
      slacks = results.map(\.slack)
      if place == layers.count - 1 {
        layers = [layer.constant(values, slacks: slacks, inputCount: inputRanges.count)]
        return
      }
      values = zip(values, layer.activations).map { $1 == .relu ? max($0, .zero) : $0 }
    }
  }

  // MARK: Parts of rewrites

  mutating func remove(row: Int, of position: Int) {
    layers[position].removeRow(row)
    layers[position + 1].removeColumn(row)
  }

  /// Adds a value times a column to the biases of a layer.
  mutating func fold(_ value: Dyadic, ofColumn column: Int, into position: Int) {
    if value.isZero { return }
    for row in layers[position].units.indices {
      layers[position].biases[row] += layers[position].weight(row, column) * value
    }
  }

  func locate(
    _ unit: UnitID, _ rewrite: Rewrite, at place: String
  ) throws(CheckFailure) -> (position: Int, row: Int) {
    guard let position = position(ofLayer: unit.layer), position + 1 < layers.count,
      let row = layers[position].units.firstIndex(of: unit.index)
    else {
      throw Self.refusal(
        rewrite, "a unit that is left, before the last layer", "\(unit)", at: place)
    }
    return (position, row)
  }

  static func refusal(
    _ rewrite: Rewrite, _ expected: String, _ found: String, at place: String
  ) -> CheckFailure {
    CheckFailure(.rewrite, at: place, expected: "\(rewrite.rule) of \(expected)", found: found)
  }
}
