internal import ExactArithmetic
public import NeuralNetwork

/// The open units of a network's first layers, in groups that have no input in common.
///
/// - Source: `docs/certificate-format.md`, section 15, "Parts".
public enum RegionParts {
  /// The parts in the order of their first units; units ascend.
  ///
  /// - Precondition: `proved` is complete and has at least `layerCount` layers.
  public static func parts(of proved: ProofState, layerCount: Int) -> [[UnitID]] {
    let open = openUnits(of: proved, layerCount: layerCount)
    guard proved.domain.isBox else { return open.isEmpty ? [] : [open] }
    let reached = InputSets(proved, layerCount: layerCount)
    var links = DisjointSets(count: proved.domain.inputCount)
    for unit in open {
      let inputs = reached.inputs(of: unit)
      guard let first = inputs.first else { return [open] }
      for input in inputs { links.merge(first, input) }
    }
    var order: [Int] = []
    var parts: [Int: [UnitID]] = [:]
    for unit in open {
      guard let first = reached.inputs(of: unit).first else { continue }
      let root = links.root(of: first)
      if parts[root] == nil { order.append(root) }
      parts[root, default: []].append(unit)
    }
    return order.compactMap { parts[$0] }
  }

  /// The ReLU units whose interval has 0 inside, in ascending order.
  public static func openUnits(of proved: ProofState, layerCount: Int) -> [UnitID] {
    proved.network.network.reluUnits.filter { unit in
      unit.layer < layerCount && proved[unit].lower.signum < 0 && proved[unit].upper.signum > 0
    }
  }
}

/// The free inputs that each unit may depend on.
private struct InputSets {
  /// One list of inputs, ascending, per layer and unit.
  private var sets: [[[Int]]] = []

  init(_ proved: ProofState, layerCount: Int) {
    let box = proved.domain.box
    let free = box.lower.indices.filter { box.lower[$0] < box.upper[$0] }
    for (k, layer) in proved.network.network.layers.prefix(layerCount).enumerated() {
      let below = k == 0 ? [] : sets[k - 1]
      sets.append(
        (0..<layer.unitCount).map { i in
          let row = layer.weights.row(i)
          let start = row.startIndex
          if k == 0 { return free.filter { row[start + $0] != 0 } }
          var isReached = [Bool](repeating: false, count: box.lower.count)
          for (j, inputs) in below.enumerated() where row[start + j] != 0 {
            let unit = UnitID(layer: k - 1, index: j)
            guard
              proved.network.network.activation(of: unit) == .identity
                || proved[unit].upper.signum > 0
            else { continue }
            for input in inputs { isReached[input] = true }
          }
          return free.filter { isReached[$0] }
        })
    }
  }

  func inputs(of unit: UnitID) -> [Int] { sets[unit.layer][unit.index] }
}
