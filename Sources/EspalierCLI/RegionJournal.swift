internal import Certificates
internal import Espalier
internal import ExactArithmetic
internal import ModelIO
internal import NeuralNetwork
internal import StrictJSON

/// The pieces of a count that are done, in a file that survives the end of the run.
///
/// It begins with a line that says what is counted; each further line is one piece of a region
/// tree with its counts and, if a certificate is wanted, its nodes.
final class RegionJournal {
  private static let format = "espalier-regions-journal/1"

  private let file: JournalFile
  /// The pieces that earlier runs have searched.
  private(set) var known: [RegionPiece.ID: RegionPiece] = [:]
  /// What went wrong when a piece was written; the count need not go on then.
  private(set) var failure: OutputFile.WriteError?

  /// Opens a journal.
  ///
  /// - Throws: `ModelError` if it belongs to another count.
  init(path: String, proved: ProofState, options: RegionOptions) throws {
    let head = Array(Self.head(proved, options).utf8)
    file = try JournalFile(path: path, firstLine: head)
    guard let first = file.lines.first else {
      try file.append(head)
      return
    }
    guard first == head else {
      throw Self.fault(
        path,
        "this journal belongs to another model, domain, number of layers, engine or kind of "
          + "count; name another file, or repeat the options of the first run")
    }
    for line in file.lines.dropFirst() {
      do throws(JSONError) {
        let piece = try Self.piece(line)
        known[piece.id] = piece
      } catch {
        throw Self.fault(path, "\(error.place): \(error.reason)")
      }
    }
  }

  /// Writes a piece.
  func take(_ piece: RegionPiece) {
    guard failure == nil else { return }
    let members = [
      JSONMember(key: "part", value: .integer(piece.id.part)),
      JSONMember(key: "piece", value: .integer(piece.id.index)),
      JSONMember(key: "counts", value: .array(piece.counts.map(JSONValue.integer))),
      JSONMember(key: "nodes", value: .array(piece.nodes.map(\.packedJSON))),
    ]
    do throws(OutputFile.WriteError) {
      try file.append(JSONWriter.lineBytes(.object(members)))
    } catch {
      failure = error
    }
  }

  /// Removes the file: the count is done.
  func remove() { file.remove() }

  private static func piece(_ line: [UInt8]) throws(JSONError) -> RegionPiece {
    var reader = try JSONObjectReader(try JSONParser.parse(line), path: "$")
    let id = RegionPiece.ID(
      part: try reader.takeCount("part"), index: try reader.takeCount("piece"))
    var counts: [Int] = []
    for value in try reader.takeArray("counts") {
      counts.append(try value.asCount(path: "$.counts"))
    }
    var nodes: [RegionNode] = []
    for (i, value) in try reader.takeArray("nodes").enumerated() {
      nodes.append(try RegionNode(json: value, path: "$.nodes[\(i)]"))
    }
    try reader.finish()
    return RegionPiece(id: id, counts: counts, nodes: nodes)
  }

  /// What a count depends on: pieces are the same whenever this is.
  private static func head(_ proved: ProofState, _ options: RegionOptions) -> String {
    let claim = proved.domain.claimDigest(network: proved.network.network.digest)
    let intervals = proved.intervals.joined().map { "\($0.lower) \($0.upper)" }
      .joined(separator: " ")
    return JSONWriter.line(
      .members(
        ("format", .string(format)), ("of", .string(claim)),
        ("intervals", .string(SHA256.hexDigest(of: Array(intervals.utf8)))),
        ("layers", .integer(options.layerCount)),
        ("definition", .string(options.definition.rawValue)),
        ("engine", .string(options.engine.rawValue)), ("proof", .bool(options.hasProof))))
  }

  private static func fault(_ path: String, _ reason: String) -> ModelError {
    ModelError(file: path, fault: .malformed(place: "journal", reason: reason))
  }
}
