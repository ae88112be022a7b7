internal import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

/// Proofs on their way between processes: large trees in a few bytes for each multiplier.
///
/// No part of any certificate. A byte says whether a lemma or a tree follows; a tree begins with its
/// bound; then come the nodes in preorder. Numbers are little-endian; what is rare is JSON.
extension Proof {
  private enum Kind: UInt8 {
    case lemma, tree
  }

  /// The proof in bytes.
  package var bytes: [UInt8] {
    var writer = ProofWriter()
    switch self {
    case .lemma(let leaf):
      writer.append(Kind.lemma.rawValue)
      writer.append(.leaf(leaf))
    case .tree(let bound, let nodes):
      writer.append(Kind.tree.rawValue)
      writer.append(bound.json)
      for node in nodes { writer.append(node) }
    }
    return writer.bytes
  }

  /// The proof in some bytes; nil if they are none.
  package init?(bytes: ArraySlice<UInt8>) {
    var reader = ProofReader(rest: bytes)
    guard let kind = reader.byte().flatMap(Kind.init(rawValue:)) else { return nil }
    switch kind {
    case .lemma:
      guard case .leaf(let leaf)? = reader.node(), reader.rest.isEmpty else { return nil }
      self = .lemma(leaf)
    case .tree:
      let bound = reader.json { value throws(JSONError) in try Dyadic(json: value, path: "$") }
      guard let bound else { return nil }
      var nodes: [TreeNode] = []
      while !reader.rest.isEmpty {
        guard let node = reader.node() else { return nil }
        nodes.append(node)
      }
      self = .tree(bound: bound, nodes: nodes)
    }
  }
}

/// How a node begins.
private enum NodeKind: UInt8 {
  /// Layer and index follow.
  case split
  /// The number of multipliers follows, then layer, index and pattern of each.
  case packedLeaf
  /// The leaf follows in JSON.
  case leaf
}

private struct ProofWriter {
  var bytes: [UInt8] = []

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func append(_ word: UInt32) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ value: JSONValue) {
    let text = JSONWriter.lineBytes(value)
    append(UInt32(text.count))
    bytes += text
  }

  mutating func append(_ node: TreeNode) {
    switch node {
    case .split(let unit):
      append(NodeKind.split.rawValue)
      append(UInt32(unit.layer))
      append(UInt32(unit.index))
    case .leaf(let leaf):
      guard let multipliers = leaf.packedOnly else {
        append(NodeKind.leaf.rawValue)
        append(leaf.json)
        return
      }
      append(NodeKind.packedLeaf.rawValue)
      append(UInt32(multipliers.count))
      for multiplier in multipliers {
        append(UInt32(multiplier.layer) << 16 | UInt32(multiplier.index))
        append(multiplier.pattern)
      }
    }
  }
}

private struct ProofReader {
  var rest: ArraySlice<UInt8>

  mutating func byte() -> UInt8? { rest.popFirst() }

  mutating func word() -> UInt32? {
    guard rest.count >= 4 else { return nil }
    defer { rest.removeFirst(4) }
    return rest.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
  }

  mutating func json<Value>(_ read: (JSONValue) throws(JSONError) -> Value) -> Value? {
    guard let count = word(), count <= rest.count else { return nil }
    defer { rest.removeFirst(Int(count)) }
    do throws(JSONError) {
      return try read(JSONParser.parse(Array(rest.prefix(Int(count)))))
    } catch {
      return nil
    }
  }

  mutating func node() -> TreeNode? {
    switch byte().flatMap(NodeKind.init(rawValue:)) {
    case .split:
      guard let layer = word(), let index = word() else { return nil }
      return .split(UnitID(layer: Int(layer), index: Int(index)))
    case .packedLeaf: return packedLeaf()
    case .leaf:
      return json { value throws(JSONError) in .leaf(try Leaf(json: value, path: "$")) }
    case nil: return nil
    }
  }

  private mutating func packedLeaf() -> TreeNode? {
    guard let count = word(), Int(count) <= rest.count / 8 else { return nil }
    var multipliers: [UnitMultipliers.Packed] = []
    multipliers.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let unit = word(), let pattern = word(),
        let multiplier = UnitMultipliers.Packed(
          layer: Int(unit >> 16), index: UInt16(unit & 0xFFFF), pattern: pattern)
      else { return nil }
      multipliers.append(multiplier)
    }
    return .leaf(
      Leaf(units: UnitMultipliers(multipliers), rows: [], ball: .zero, claim: .one))
  }
}

extension Leaf {
  /// The multipliers, if they are packed and there is nothing else.
  fileprivate var packedOnly: [UnitMultipliers.Packed]? {
    guard case .packed(let list) = units.storage, rows.isEmpty, ball.isZero, claim == .one
    else { return nil }
    return list
  }
}
