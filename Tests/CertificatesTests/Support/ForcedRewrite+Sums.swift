import Certificates
import ExactArithmetic
import NeuralNetwork

extension ForcedRewrite {
  /// Puts a sum of other units in the place of one, whatever it is.
  mutating func substitute(
    _ position: Int, _ row: Int, _ terms: [(row: Int, value: Double)], _ constant: Double
  ) -> Bool {
    let substitution = Substitution(
      unit: unit(position, row),
      terms: terms.map {
        .init(index: kept[position].units[$0.row], value: Dyadic($0.value))
      }, constant: Dyadic(constant))
    let next = network.layers[position + 1]
    let weights = (0..<next.unitCount).map { i in
      (0..<next.inputCount).map { t in
        terms.reduce(next.weights[i, t]) {
          $0 + ($1.row == t ? next.weights[i, row] * $1.value : 0)
        }
      }
    }
    return change(position + 1, weights: weights, biases: next.biases)
      && remove(position, row, as: .substitute(substitution), value: constant)
  }

  /// Adds a unit with the row of another one that nothing reads.
  mutating func addLinear(_ position: Int, _ row: Int, shift: Double, number: Int) -> Bool {
    let layer = network.layers[position]
    let rewrite = Rewrite.addLinear(unit(position, row), shift: Dyadic(shift))
    let new = [(weights: Array(layer.weights.row(row)), bias: layer.biases[row] + shift)]
    let next = network.layers[position + 1]
    return append(
      position, new, numbers: [number], readings: (0..<next.unitCount).map { _ in [0] },
      biases: next.biases, rewrite)
  }

  /// Replaces units by copies of what some units of the next layer read of them, others reading
  /// sums of these; whatever all of that is.
  mutating func replace(
    _ position: Int, _ rows: [Int], basis: [Int], mix: [Int: [Double]], shift: Double, number: Int
  ) -> Bool {
    let layer = network.layers[position]
    let next = network.layers[position + 1]
    func product(_ i: Int) -> [Double] {
      (0..<layer.inputCount).map { t in
        rows.reduce(0) { $0 + next.weights[i, $1] * layer.weights[$1, t] }
      }
    }
    let readings = (0..<next.unitCount).map { i in
      mix[i] ?? basis.map { $0 == i ? 1 : 0 }
    }
    let biases = (0..<next.unitCount).map { i in
      rows.reduce(next.biases[i]) { $0 + next.weights[i, $1] * layer.biases[$1] }
        - readings[i].reduce(0) { $0 + $1 * shift }
    }
    let units = kept[position + 1].units
    let mixes = mix.sorted { $0.key < $1.key }.map { i, weights in
      LinearReplacement.Mix(unit: units[i], weights: weights.map { Dyadic($0) })
    }
    let replacement = LinearReplacement(
      layer: kept[position].layer, units: rows.map { kept[position].units[$0] },
      form: .rows(basis.map { units[$0] }, mix: mixes), shifts: basis.map { _ in Dyadic(shift) })
    let numbers = basis.indices.map { number + $0 }
    guard
      append(
        position, basis.map { (product($0), shift) }, numbers: numbers, readings: readings,
        biases: biases, .replaceLinear(replacement))
    else { return false }
    return rows.reversed().allSatisfy { remove(position, $0, as: nil) }
  }

  private mutating func change(_ position: Int, weights: [[Double]], biases: [Double]) -> Bool {
    var layers = network.layers
    layers[position] = Layer(
      weights: Matrix(rows: weights), biases: biases, activations: layers[position].activations)
    return replace(layers, nil)
  }

  private mutating func append(
    _ position: Int, _ new: [(weights: [Double], bias: Double)], numbers: [Int],
    readings: [[Double]], biases: [Double], _ rewrite: Rewrite
  ) -> Bool {
    let layer = network.layers[position]
    let next = network.layers[position + 1]
    var layers = network.layers
    layers[position] = Layer(
      weights: Matrix(
        rows: (0..<layer.unitCount).map { Array(layer.weights.row($0)) } + new.map(\.weights)),
      biases: layer.biases + new.map(\.bias),
      activations: layer.activations + new.map { _ in layer.activations[0] })
    layers[position + 1] = Layer(
      weights: Matrix(
        rows: (0..<next.unitCount).map { Array(next.weights.row($0)) + readings[$0] }),
      biases: biases, activations: next.activations)
    guard replace(layers, rewrite) else { return false }
    kept[position] = .init(layer: kept[position].layer, units: kept[position].units + numbers)
    return true
  }
}
