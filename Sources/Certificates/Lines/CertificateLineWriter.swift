public import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

/// Writes a certificate in lines, part by part.
///
/// The caller keeps the order: head, boxes, steps, points, verdicts, pruning, end.
public struct CertificateLineWriter {
  private let head: CertificateHead
  private let digest: String
  private var sum = LineEnvelope.firstSum
  private var lineCount = 0

  /// A writer that has written nothing yet.
  public init(_ head: CertificateHead) {
    self.head = head
    digest = head.domain.claimDigest(network: head.model.networkDigest)
  }

  /// The first line.
  public mutating func headLine() -> [UInt8] { write(.head(head)) }

  /// The lines of a proof with boxes: one more than it has boxes.
  public mutating func lines(of boxes: BoxProof) -> [[UInt8]] {
    [write(.boxes(boxes.targets))] + boxes.stretches.map { write(.box(cuts: $0)) }
  }

  /// The lines of a step: one for a lemma; for a tree one more than it has leaves.
  public mutating func lines(of step: Step) -> [[UInt8]] {
    switch step.proof {
    case .lemma(let leaf): return [write(.lemma(step.unit, step.side, leaf))]
    case .tree(let bound, let nodes):
      var lines = [write(.tree(step.unit, step.side, bound: bound))]
      var splits: [UnitID] = []
      for node in nodes {
        switch node {
        case .split(let unit): splits.append(unit)
        case .leaf(let leaf):
          lines.append(write(.branch(splits: splits, leaf: leaf)))
          splits = []
        }
      }
      return lines
    }
  }

  /// The line of a point.
  public mutating func line(of point: [Dyadic]) -> [UInt8] { write(.point(point)) }

  /// The line of a verdict.
  public mutating func line(of verdict: Verdict) -> [UInt8] { write(.verdict(verdict)) }

  /// The line that begins a claim about regions.
  public mutating func regionsLine(layerCount: Int) -> [UInt8] {
    write(.regions(layerCount: layerCount))
  }

  /// The line of a stretch of region nodes up to and with a point.
  public mutating func line(ofCell nodes: [RegionNode]) -> [UInt8] { write(.cell(nodes)) }

  /// The line that ends a claim about regions.
  public mutating func line(ofCounts counts: [[Int]]) -> [UInt8] { write(.counts(counts)) }

  /// The line of the pruning.
  public mutating func line(of pruning: Pruning) -> [UInt8] { write(.pruning(pruning)) }

  /// The last line.
  public mutating func endLine() -> [UInt8] { write(.end(lineCount)) }

  private mutating func write(_ line: CertificateLine) -> [UInt8] {
    let members = JSONWriter.lineBytes(.object(line.members)).dropFirst().dropLast()
    let (bytes, sum) = LineEnvelope.seal(members, of: digest, after: sum)
    self.sum = sum
    lineCount += 1
    return bytes
  }
}
