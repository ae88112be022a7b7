import Certificates
import ExactArithmetic
import NeuralNetwork

/// A network in the middle of its rewrites, on which any rewrite can be forced.
///
/// Numbers are doubles, so that what comes out is exact for small integers only.
struct ForcedRewrite {
  private(set) var rewrites: [Rewrite]
  var kept: [Pruning.KeptLayer]
  private(set) var network: Network

  /// The start: a network without any rewrite.
  init(_ network: Network) {
    self.network = network
    rewrites = []
    kept = network.layers.enumerated().map {
      .init(layer: $0, units: Array(0..<$1.unitCount))
    }
  }

  /// The end of an honest pruning.
  init(_ pruning: Pruning, result: Network) {
    rewrites = pruning.rewrites
    kept = pruning.kept
    network = result
  }

  /// The unit in a row of a layer, by its original index.
  func unit(_ position: Int, _ row: Int) -> UnitID {
    UnitID(layer: kept[position].layer, index: kept[position].units[row])
  }

  /// Removes a unit, whatever it does, and says that `rewrite` did; false if it is the only one.
  mutating func remove(
    _ position: Int, _ row: Int, as rewrite: Rewrite?, value: Double = 0
  ) -> Bool {
    let layer = network.layers[position]
    let next = network.layers[position + 1]
    let rows = Array(0..<layer.unitCount).filter { $0 != row }
    guard !rows.isEmpty else { return false }
    let biases = (0..<next.unitCount).map { next.biases[$0] + next.weights[$0, row] * value }
    var layers = network.layers
    layers[position] = Layer(
      weights: layer.weights.selecting(rows: rows, columns: Array(0..<layer.inputCount)),
      biases: rows.map { layer.biases[$0] }, activations: rows.map { layer.activations[$0] })
    layers[position + 1] = Layer(
      weights: next.weights.selecting(rows: Array(0..<next.unitCount), columns: rows),
      biases: biases, activations: next.activations)
    let units = rows.map { kept[position].units[$0] }
    kept[position] = .init(layer: kept[position].layer, units: units)
    return replace(layers, rewrite)
  }

  /// Multiplies a layer into the next, whatever its units do.
  mutating func fold(_ position: Int) -> Bool {
    let layer = network.layers[position]
    let next = network.layers[position + 1]
    let rows = (0..<next.unitCount).map { i in
      (0..<layer.inputCount).map { t in
        (0..<layer.unitCount).reduce(0.0) { $0 + next.weights[i, $1] * layer.weights[$1, t] }
      }
    }
    let biases = (0..<next.unitCount).map { i in
      (0..<layer.unitCount).reduce(next.biases[i]) { $0 + next.weights[i, $1] * layer.biases[$1] }
    }
    var layers = network.layers
    layers[position + 1] = Layer(
      weights: Matrix(rows: rows), biases: biases, activations: next.activations)
    layers.remove(at: position)
    let rewrite = Rewrite.foldLayer(kept[position].layer)
    kept.remove(at: position)
    return replace(layers, rewrite)
  }

  /// Replaces the network by its value at one input.
  mutating func makeConstant(_ position: Int, at inputs: [Dyadic]) -> Bool {
    let place = Place(numerators: inputs, denominator: .one)
    let values = ExactCells.preactivations(of: network, at: place).last ?? []
    guard let last = network.layers.last, let keptLast = kept.last else { return false }
    let zeros = values.map { _ in inputs.map { _ in 0.0 } }
    let rewrite = Rewrite.makeConstant(kept[position].layer)
    kept = [keptLast]
    return replace(
      [
        Layer(
          weights: Matrix(rows: zeros), biases: values.map(\.approximation),
          activations: last.activations)
      ], rewrite)
  }

  /// A pruning that states all this for a file.
  func pruning(_ file: ModelBytes, difference: Dyadic) -> Pruning {
    Pruning(
      rewrites: rewrites, kept: kept,
      difference: Array(repeating: difference, count: network.outputCount),
      floatDifference: nil, argmax: nil, file: file.checked.files[0],
      networkDigest: file.network.digest)
  }

  /// Takes other layers, and says that a rewrite made them, if one is given.
  mutating func replace(_ layers: [Layer], _ rewrite: Rewrite?) -> Bool {
    guard let changed = try? Network(layers: layers, scalarType: network.scalarType) else {
      return false
    }
    network = changed
    if let rewrite { rewrites.append(rewrite) }
    return true
  }
}
