package import NeuralNetwork

/// A set of sides of units, one bit each.
package struct SideSet: Hashable, Sendable {
  fileprivate var words: [UInt64]

  /// True if all sides of another set are in this one.
  package func isSuperset(of other: SideSet) -> Bool {
    zip(words, other.words).allSatisfy { $1 & ~$0 == 0 }
  }

  /// Removes all sides that are not in another set.
  package mutating func formIntersection(_ other: SideSet) {
    for w in words.indices { words[w] &= other.words[w] }
  }
}

/// Numbers the sides of all units of a network; each layer begins a word of its own.
package struct SideSpace: Sendable {
  private let firstWords: [Int]

  init(_ network: Network) {
    firstWords = network.layers.reduce(into: [0]) { starts, layer in
      starts.append(starts[starts.count - 1] + (2 * layer.unitCount + 63) / 64)
    }
  }

  /// No side at all.
  package var empty: SideSet { SideSet(words: Array(repeating: 0, count: firstWords.last ?? 0)) }

  /// The sides of targets.
  ///
  /// - Precondition: Their units exist.
  package func set(of targets: some Sequence<BoxTarget>) -> SideSet {
    targets.reduce(into: empty) { insert($1.unit, $1.side, into: &$0) }
  }

  package func contains(_ unit: UnitID, _ side: Side, in set: SideSet) -> Bool {
    let (word, bit) = place(unit, side)
    return set.words[word] & bit != 0
  }

  package func insert(_ unit: UnitID, _ side: Side, into set: inout SideSet) {
    let (word, bit) = place(unit, side)
    set.words[word] |= bit
  }

  /// The highest layer with a side that is in one set and not in the other.
  func highestLayer(of set: SideSet, without other: SideSet) -> Int? {
    firstWords.indices.dropLast().last { k in
      (firstWords[k]..<firstWords[k + 1]).contains { set.words[$0] & ~other.words[$0] != 0 }
    }
  }

  private func place(_ unit: UnitID, _ side: Side) -> (word: Int, bit: UInt64) {
    let position = 2 * unit.index + (side == .lower ? 1 : 0)
    return (firstWords[unit.layer] + position / 64, 1 << UInt64(position % 64))
  }
}
