/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-packets.h"

#define NONE HUB_VERSION_NONE
#define V5 HUB_VERSION_5_0
#define MALFORMED NULL, HUB_REASON_MALFORMED_PACKET
#define PROTOCOL NULL, HUB_REASON_PROTOCOL_ERROR
#define ALIAS NULL, HUB_REASON_TOPIC_ALIAS_INVALID

/*
 * Every property of MQTT 5.0, section 2.2.2.2: in each packet that may have it, twice, beyond the end of the
 * properties, in a packet that does not have it, and with each kind of value that is forbidden.
 */
const HubTestPacket hub_test_property_packets[] = {
  /* Payload format */
  { "5.0/3.3.2.3.2/payload-format/in-publish", V5, "30 [{'a'} [01 01] 'x']", "PUBLISH d0 q0 r0 m0 a x {format=1}", 0 },
  { "5.0/3.3.2.3.2/payload-format/in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [01 01] {'t'} {'m'}]", "CONNECT v5 c1 k0 id=id will=q0r0 t m {format=1}", 0 },
  { "5.0/3.3.2.3.2/payload-format/twice-in-publish", V5, "30 [{'a'} [(01 01)*2] 'x']", PROTOCOL },
  { "5.0/3.3.2.3.2/payload-format/twice-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [(01 01)*2] {'t'} {'m'}]", PROTOCOL },
  { "5.0/3.3.2.3.2/payload-format/beyond-the-end", V5, "30 [{'a'} [01] 'x']", MALFORMED },
  { "5.0/2.2.2.2/payload-format/not-in-subscribe", V5, "82 [0001 [01 01] {'a'} 00]", MALFORMED },
  { "5.0/3.3.2.3.2/payload-format/2", V5, "30 [{'a'} [01 02] 'x']", PROTOCOL },

  /* Message expiry */
  { "5.0/3.3.2.3.3/message-expiry/in-publish", V5, "30 [{'a'} [02 00000005] 'x']", "PUBLISH d0 q0 r0 m0 a x {expiry=5}", 0 },
  { "5.0/3.3.2.3.3/message-expiry/in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [02 00000005] {'t'} {'m'}]", "CONNECT v5 c1 k0 id=id will=q0r0 t m {expiry=5}", 0 },
  { "5.0/3.3.2.3.3/message-expiry/twice-in-publish", V5, "30 [{'a'} [(02 00000005)*2] 'x']", PROTOCOL },
  { "5.0/3.3.2.3.3/message-expiry/twice-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [(02 00000005)*2] {'t'} {'m'}]", PROTOCOL },
  { "5.0/3.3.2.3.3/message-expiry/beyond-the-end", V5, "30 [{'a'} [02 000000] 'x']", MALFORMED },
  { "5.0/2.2.2.2/message-expiry/not-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [02 00000005] {'id'}]", MALFORMED },

  /* Content type */
  { "5.0/3.3.2.3.9/content-type/in-publish", V5, "30 [{'a'} [03 {'t/x'}] 'x']", "PUBLISH d0 q0 r0 m0 a x {type=t/x}", 0 },
  { "5.0/3.3.2.3.9/content-type/in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [03 {'t/x'}] {'t'} {'m'}]", "CONNECT v5 c1 k0 id=id will=q0r0 t m {type=t/x}", 0 },
  { "5.0/3.3.2.3.9/content-type/twice-in-publish", V5, "30 [{'a'} [(03 {'t/x'})*2] 'x']", PROTOCOL },
  { "5.0/3.3.2.3.9/content-type/twice-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [(03 {'t/x'})*2] {'t'} {'m'}]", PROTOCOL },
  { "5.0/3.3.2.3.9/content-type/beyond-the-end", V5, "30 [{'a'} [03 00] 'x']", MALFORMED },
  { "5.0/2.2.2.2/content-type/not-in-connack", V5, "20 [00 00 [03 {'t/x'}]]", MALFORMED },
  { "5.0/MQTT-1.5.4-1/content-type/not-utf8", V5, "30 [{'a'} [03 {ff}] 'x']", MALFORMED },
  { "5.0/MQTT-1.5.4-2/content-type/with-nul", V5, "30 [{'a'} [03 {'a' 00}] 'x']", MALFORMED },

  /* Response topic */
  { "5.0/3.3.2.3.5/response-topic/in-publish", V5, "30 [{'a'} [08 {'r/t'}] 'x']", "PUBLISH d0 q0 r0 m0 a x {response=r/t}", 0 },
  { "5.0/3.3.2.3.5/response-topic/in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [08 {'r/t'}] {'t'} {'m'}]", "CONNECT v5 c1 k0 id=id will=q0r0 t m {response=r/t}", 0 },
  { "5.0/3.3.2.3.5/response-topic/twice-in-publish", V5, "30 [{'a'} [(08 {'r/t'})*2] 'x']", PROTOCOL },
  { "5.0/3.3.2.3.5/response-topic/twice-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [(08 {'r/t'})*2] {'t'} {'m'}]", PROTOCOL },
  { "5.0/3.3.2.3.5/response-topic/beyond-the-end", V5, "30 [{'a'} [08 0004 'r/t'] 'x']", MALFORMED },
  { "5.0/2.2.2.2/response-topic/not-in-subscribe", V5, "82 [0001 [08 {'r/t'}] {'a'} 00]", MALFORMED },
  { "5.0/MQTT-1.5.4-1/response-topic/not-utf8", V5, "30 [{'a'} [08 {c3}] 'x']", MALFORMED },
  { "5.0/MQTT-1.5.4-2/response-topic/with-nul", V5, "30 [{'a'} [08 {00}] 'x']", MALFORMED },
  { "5.0/MQTT-3.3.2-14/response-topic/with-plus", V5, "30 [{'a'} [08 {'r/+'}] 'x']", PROTOCOL },
  { "5.0/MQTT-3.3.2-14/response-topic/with-hash", V5, "30 [{'a'} [08 {'#'}] 'x']", PROTOCOL },
  { "5.0/3.3.2.3.5/response-topic/empty", V5, "30 [{'a'} [08 {}] 'x']", PROTOCOL },

  /* Correlation data */
  { "5.0/3.3.2.3.6/correlation-data/in-publish", V5, "30 [{'a'} [09 {00ff}] 'x']", "PUBLISH d0 q0 r0 m0 a x {correlation=\\00\\ff}", 0 },
  { "5.0/3.3.2.3.6/correlation-data/in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [09 {00ff}] {'t'} {'m'}]", "CONNECT v5 c1 k0 id=id will=q0r0 t m {correlation=\\00\\ff}", 0 },
  { "5.0/3.3.2.3.6/correlation-data/twice-in-publish", V5, "30 [{'a'} [(09 {00ff})*2] 'x']", PROTOCOL },
  { "5.0/3.3.2.3.6/correlation-data/twice-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [(09 {00ff})*2] {'t'} {'m'}]", PROTOCOL },
  { "5.0/3.3.2.3.6/correlation-data/beyond-the-end", V5, "30 [{'a'} [09 0003 00ff] 'x']", MALFORMED },
  { "5.0/2.2.2.2/correlation-data/not-in-puback", V5, "40 [0001 00 [09 {00ff}]]", MALFORMED },

  /* Subscription identifier */
  { "5.0/3.8.2.1.2/subscription-identifier/in-publish", V5, "30 [{'a'} [0b 01] 'x']", "PUBLISH d0 q0 r0 m0 a x {sub=1}", 0 },
  { "5.0/3.8.2.1.2/subscription-identifier/in-subscribe", V5, "82 [0001 [0b 01] {'a'} 00]", "SUBSCRIBE m1 a:0 {sub=1}", 0 },
  { "5.0/MQTT-3.3.4-4/subscription-identifier/twice-in-publish", V5, "30 [{'a'} [0b 01 0b ffffff7f] 'x']", "PUBLISH d0 q0 r0 m0 a x {sub=1 sub=268435455}", 0 },
  { "5.0/3.8.2.1.2/subscription-identifier/twice", V5, "82 [0001 [0b 01 0b 02] {'a'} 00]", PROTOCOL },
  { "5.0/3.8.2.1.2/subscription-identifier/beyond-the-end", V5, "30 [{'a'} [0b] 'x']", MALFORMED },
  { "5.0/2.2.2.2/subscription-identifier/not-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [0b 01] {'t'} {'m'}]", MALFORMED },
  { "5.0/3.8.2.1.2/subscription-identifier/0", V5, "30 [{'a'} [0b 00] 'x']", PROTOCOL },
  { "5.0/MQTT-1.5.5-1/subscription-identifier/overlong", V5, "30 [{'a'} [0b 8100] 'x']", MALFORMED },
  { "5.0/MQTT-1.5.5-1/subscription-identifier/of-five-bytes", V5, "30 [{'a'} [0b 8080808001] 'x']", MALFORMED },
  { "5.0/3.8.2.1.2/subscription-identifier/cut", V5, "30 [{'a'} [0b ffff] 'x']", MALFORMED },

  /* Session expiry */
  { "5.0/3.1.2.11.2/session-expiry/in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [11 0000003c] {'id'}]", "CONNECT v5 c1 k0 id=id {session=60}", 0 },
  { "5.0/3.1.2.11.2/session-expiry/in-connack", V5, "20 [00 00 [11 0000003c]]", "CONNACK 0 0 {session=60}", 0 },
  { "5.0/3.1.2.11.2/session-expiry/in-disconnect", V5, "e0 [00 [11 0000003c]]", "DISCONNECT {session=60}", 0 },
  { "5.0/3.1.2.11.2/session-expiry/twice-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [(11 0000003c)*2] {'id'}]", PROTOCOL },
  { "5.0/3.1.2.11.2/session-expiry/twice-in-connack", V5, "20 [00 00 [(11 0000003c)*2]]", PROTOCOL },
  { "5.0/3.1.2.11.2/session-expiry/twice-in-disconnect", V5, "e0 [00 [(11 0000003c)*2]]", PROTOCOL },
  { "5.0/3.1.2.11.2/session-expiry/beyond-the-end", NONE, "10 [{'MQTT'} 05 02 0000 [11 00003c] {'id'}]", MALFORMED },
  { "5.0/2.2.2.2/session-expiry/not-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [11 0000003c] {'t'} {'m'}]", MALFORMED },

  /* Assigned client id */
  { "5.0/3.2.2.3.7/assigned-client-id/in-connack", V5, "20 [00 00 [12 {'auto'}]]", "CONNACK 0 0 {assigned=auto}", 0 },
  { "5.0/3.2.2.3.7/assigned-client-id/twice-in-connack", V5, "20 [00 00 [(12 {'auto'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.7/assigned-client-id/beyond-the-end", V5, "20 [00 00 [12 0005 'auto']]", MALFORMED },
  { "5.0/2.2.2.2/assigned-client-id/not-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [12 {'auto'}] {'id'}]", MALFORMED },
  { "5.0/MQTT-1.5.4-1/assigned-client-id/not-utf8", V5, "20 [00 00 [12 {ff}]]", MALFORMED },

  /* Server keep alive */
  { "5.0/3.2.2.3.14/server-keep-alive/in-connack", V5, "20 [00 00 [13 0005]]", "CONNACK 0 0 {keep-alive=5}", 0 },
  { "5.0/3.2.2.3.14/server-keep-alive/twice-in-connack", V5, "20 [00 00 [(13 0005)*2]]", PROTOCOL },
  { "5.0/3.2.2.3.14/server-keep-alive/beyond-the-end", V5, "20 [00 00 [13 00]]", MALFORMED },
  { "5.0/2.2.2.2/server-keep-alive/not-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [13 0005] {'id'}]", MALFORMED },

  /* Authentication method */
  { "5.0/3.1.2.11.9/authentication-method/in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [15 {'m'}] {'id'}]", "CONNECT v5 c1 k0 id=id {method=m}", 0 },
  { "5.0/3.1.2.11.9/authentication-method/in-connack", V5, "20 [00 00 [15 {'m'}]]", "CONNACK 0 0 {method=m}", 0 },
  { "5.0/3.1.2.11.9/authentication-method/in-auth", V5, "f0 [00 [15 {'m'}]]", "AUTH {method=m}", 0 },
  { "5.0/3.1.2.11.9/authentication-method/twice-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [(15 {'m'})*2] {'id'}]", PROTOCOL },
  { "5.0/3.1.2.11.9/authentication-method/twice-in-connack", V5, "20 [00 00 [(15 {'m'})*2]]", PROTOCOL },
  { "5.0/3.1.2.11.9/authentication-method/twice-in-auth", V5, "f0 [00 [(15 {'m'})*2]]", PROTOCOL },
  { "5.0/3.1.2.11.9/authentication-method/beyond-the-end", NONE, "10 [{'MQTT'} 05 02 0000 [15 0002 'm'] {'id'}]", MALFORMED },
  { "5.0/2.2.2.2/authentication-method/not-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [15 {'m'}] {'t'} {'m'}]", MALFORMED },
  { "5.0/MQTT-1.5.4-1/authentication-method/not-utf8", NONE, "10 [{'MQTT'} 05 02 0000 [15 {ff}] {'id'}]", MALFORMED },

  /* Authentication data */
  { "5.0/3.1.2.11.10/authentication-data/in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [15 {'m'} 16 {00ff}] {'id'}]", "CONNECT v5 c1 k0 id=id {method=m data=\\00\\ff}", 0 },
  { "5.0/3.1.2.11.10/authentication-data/in-connack", V5, "20 [00 00 [15 {'m'} 16 {00ff}]]", "CONNACK 0 0 {method=m data=\\00\\ff}", 0 },
  { "5.0/3.1.2.11.10/authentication-data/in-auth", V5, "f0 [00 [15 {'m'} 16 {00ff}]]", "AUTH {method=m data=\\00\\ff}", 0 },
  { "5.0/3.1.2.11.10/authentication-data/twice", NONE, "10 [{'MQTT'} 05 02 0000 [15 {'m'} 16 {'d'} 16 {'d'}] {'id'}]", PROTOCOL },
  { "5.0/3.1.2.11.10/authentication-data/beyond-the-end", NONE, "10 [{'MQTT'} 05 02 0000 [15 {'m'} 16 0003 00ff] {'id'}]", MALFORMED },
  { "5.0/2.2.2.2/authentication-data/not-in-disconnect", V5, "e0 [00 [15 {'m'} 16 {00ff}]]", MALFORMED },
  { "5.0/3.1.2.11.10/authentication-data/without-method", NONE, "10 [{'MQTT'} 05 02 0000 [16 {'d'}] {'id'}]", PROTOCOL },

  /* Request problem information */
  { "5.0/3.1.2.11.7/request-problem-information/in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [17 00] {'id'}]", "CONNECT v5 c1 k0 id=id {problems=0}", 0 },
  { "5.0/3.1.2.11.7/request-problem-information/twice-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [(17 00)*2] {'id'}]", PROTOCOL },
  { "5.0/3.1.2.11.7/request-problem-information/beyond-the-end", NONE, "10 [{'MQTT'} 05 02 0000 [17] {'id'}]", MALFORMED },
  { "5.0/2.2.2.2/request-problem-information/not-in-connack", V5, "20 [00 00 [17 00]]", MALFORMED },
  { "5.0/3.1.2.11.7/request-problem-information/2", NONE, "10 [{'MQTT'} 05 02 0000 [17 02] {'id'}]", PROTOCOL },

  /* Will delay */
  { "5.0/3.1.3.2.2/will-delay/in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [18 00000005] {'t'} {'m'}]", "CONNECT v5 c1 k0 id=id will=q0r0 t m {delay=5}", 0 },
  { "5.0/3.1.3.2.2/will-delay/twice-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [(18 00000005)*2] {'t'} {'m'}]", PROTOCOL },
  { "5.0/3.1.3.2.2/will-delay/beyond-the-end", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [18 000000] {'t'} {'m'}]", MALFORMED },
  { "5.0/2.2.2.2/will-delay/not-in-publish", V5, "30 [{'a'} [18 00000005] 'x']", MALFORMED },

  /* Request response information */
  { "5.0/3.1.2.11.6/request-response-information/in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [19 01] {'id'}]", "CONNECT v5 c1 k0 id=id {responses=1}", 0 },
  { "5.0/3.1.2.11.6/request-response-information/twice-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [(19 01)*2] {'id'}]", PROTOCOL },
  { "5.0/3.1.2.11.6/request-response-information/beyond-the-end", NONE, "10 [{'MQTT'} 05 02 0000 [19] {'id'}]", MALFORMED },
  { "5.0/2.2.2.2/request-response-information/not-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [19 01] {'t'} {'m'}]", MALFORMED },
  { "5.0/3.1.2.11.6/request-response-information/2", NONE, "10 [{'MQTT'} 05 02 0000 [19 02] {'id'}]", PROTOCOL },

  /* Response information */
  { "5.0/3.2.2.3.15/response-information/in-connack", V5, "20 [00 00 [1a {'i'}]]", "CONNACK 0 0 {information=i}", 0 },
  { "5.0/3.2.2.3.15/response-information/twice-in-connack", V5, "20 [00 00 [(1a {'i'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.15/response-information/beyond-the-end", V5, "20 [00 00 [1a 0002 'i']]", MALFORMED },
  { "5.0/2.2.2.2/response-information/not-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [1a {'i'}] {'id'}]", MALFORMED },
  { "5.0/MQTT-1.5.4-1/response-information/not-utf8", V5, "20 [00 00 [1a {ff}]]", MALFORMED },

  /* Server reference */
  { "5.0/3.2.2.3.16/server-reference/in-connack", V5, "20 [00 00 [1c {'s'}]]", "CONNACK 0 0 {server=s}", 0 },
  { "5.0/3.2.2.3.16/server-reference/in-disconnect", V5, "e0 [00 [1c {'s'}]]", "DISCONNECT {server=s}", 0 },
  { "5.0/3.2.2.3.16/server-reference/twice-in-connack", V5, "20 [00 00 [(1c {'s'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.16/server-reference/twice-in-disconnect", V5, "e0 [00 [(1c {'s'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.16/server-reference/beyond-the-end", V5, "20 [00 00 [1c 0002 's']]", MALFORMED },
  { "5.0/2.2.2.2/server-reference/not-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [1c {'s'}] {'id'}]", MALFORMED },
  { "5.0/MQTT-1.5.4-1/server-reference/not-utf8", V5, "20 [00 00 [1c {ff}]]", MALFORMED },

  /* Reason string */
  { "5.0/3.2.2.3.9/reason-string/in-connack", V5, "20 [00 00 [1f {'why'}]]", "CONNACK 0 0 {reason=why}", 0 },
  { "5.0/3.2.2.3.9/reason-string/in-puback", V5, "40 [0001 00 [1f {'why'}]]", "PUBACK m1 {reason=why}", 0 },
  { "5.0/3.2.2.3.9/reason-string/in-pubrec", V5, "50 [0001 00 [1f {'why'}]]", "PUBREC m1 {reason=why}", 0 },
  { "5.0/3.2.2.3.9/reason-string/in-pubrel", V5, "62 [0001 00 [1f {'why'}]]", "PUBREL m1 {reason=why}", 0 },
  { "5.0/3.2.2.3.9/reason-string/in-pubcomp", V5, "70 [0001 00 [1f {'why'}]]", "PUBCOMP m1 {reason=why}", 0 },
  { "5.0/3.2.2.3.9/reason-string/in-suback", V5, "90 [0001 [1f {'why'}] 00]", "SUBACK m1 00 {reason=why}", 0 },
  { "5.0/3.2.2.3.9/reason-string/in-unsuback", V5, "b0 [0001 [1f {'why'}] 00]", "UNSUBACK m1 00 {reason=why}", 0 },
  { "5.0/3.2.2.3.9/reason-string/in-disconnect", V5, "e0 [00 [1f {'why'}]]", "DISCONNECT {reason=why}", 0 },
  { "5.0/3.2.2.3.9/reason-string/in-auth", V5, "f0 [00 [1f {'why'}]]", "AUTH {reason=why}", 0 },
  { "5.0/3.2.2.3.9/reason-string/twice-in-connack", V5, "20 [00 00 [(1f {'why'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.9/reason-string/twice-in-puback", V5, "40 [0001 00 [(1f {'why'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.9/reason-string/twice-in-pubrec", V5, "50 [0001 00 [(1f {'why'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.9/reason-string/twice-in-pubrel", V5, "62 [0001 00 [(1f {'why'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.9/reason-string/twice-in-pubcomp", V5, "70 [0001 00 [(1f {'why'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.9/reason-string/twice-in-suback", V5, "90 [0001 [(1f {'why'})*2] 00]", PROTOCOL },
  { "5.0/3.2.2.3.9/reason-string/twice-in-unsuback", V5, "b0 [0001 [(1f {'why'})*2] 00]", PROTOCOL },
  { "5.0/3.2.2.3.9/reason-string/twice-in-disconnect", V5, "e0 [00 [(1f {'why'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.9/reason-string/twice-in-auth", V5, "f0 [00 [(1f {'why'})*2]]", PROTOCOL },
  { "5.0/3.2.2.3.9/reason-string/beyond-the-end", V5, "20 [00 00 [1f 0004 'why']]", MALFORMED },
  { "5.0/2.2.2.2/reason-string/not-in-subscribe", V5, "82 [0001 [1f {'why'}] {'a'} 00]", MALFORMED },
  { "5.0/MQTT-1.5.4-1/reason-string/not-utf8", V5, "20 [00 00 [1f {ff}]]", MALFORMED },

  /* Receive maximum */
  { "5.0/3.1.2.11.3/receive-maximum/in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [21 0001] {'id'}]", "CONNECT v5 c1 k0 id=id {receive=1}", 0 },
  { "5.0/3.1.2.11.3/receive-maximum/in-connack", V5, "20 [00 00 [21 0001]]", "CONNACK 0 0 {receive=1}", 0 },
  { "5.0/3.1.2.11.3/receive-maximum/twice-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [(21 0001)*2] {'id'}]", PROTOCOL },
  { "5.0/3.1.2.11.3/receive-maximum/twice-in-connack", V5, "20 [00 00 [(21 0001)*2]]", PROTOCOL },
  { "5.0/3.1.2.11.3/receive-maximum/beyond-the-end", NONE, "10 [{'MQTT'} 05 02 0000 [21 00] {'id'}]", MALFORMED },
  { "5.0/2.2.2.2/receive-maximum/not-in-disconnect", V5, "e0 [00 [21 0001]]", MALFORMED },
  { "5.0/3.1.2.11.3/receive-maximum/0", NONE, "10 [{'MQTT'} 05 02 0000 [21 0000] {'id'}]", PROTOCOL },

  /* Topic alias maximum */
  { "5.0/3.1.2.11.5/topic-alias-maximum/in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [22 0000] {'id'}]", "CONNECT v5 c1 k0 id=id {aliases=0}", 0 },
  { "5.0/3.1.2.11.5/topic-alias-maximum/in-connack", V5, "20 [00 00 [22 0000]]", "CONNACK 0 0 {aliases=0}", 0 },
  { "5.0/3.1.2.11.5/topic-alias-maximum/twice-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [(22 0000)*2] {'id'}]", PROTOCOL },
  { "5.0/3.1.2.11.5/topic-alias-maximum/twice-in-connack", V5, "20 [00 00 [(22 0000)*2]]", PROTOCOL },
  { "5.0/3.1.2.11.5/topic-alias-maximum/beyond-the-end", NONE, "10 [{'MQTT'} 05 02 0000 [22 00] {'id'}]", MALFORMED },
  { "5.0/2.2.2.2/topic-alias-maximum/not-in-publish", V5, "30 [{'a'} [22 0000] 'x']", MALFORMED },

  /* Topic alias */
  { "5.0/3.3.2.3.4/topic-alias/in-publish", V5, "30 [{'a'} [23 0001] 'x']", "PUBLISH d0 q0 r0 m0 a x {alias=1}", 0 },
  { "5.0/3.3.2.3.4/topic-alias/twice-in-publish", V5, "30 [{'a'} [(23 0001)*2] 'x']", PROTOCOL },
  { "5.0/3.3.2.3.4/topic-alias/beyond-the-end", V5, "30 [{'a'} [23 00] 'x']", MALFORMED },
  { "5.0/2.2.2.2/topic-alias/not-in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [23 0001] {'t'} {'m'}]", MALFORMED },
  { "5.0/MQTT-3.3.2-8/topic-alias/0", V5, "30 [{'a'} [23 0000] 'x']", ALIAS },

  /* Maximum qos */
  { "5.0/3.2.2.3.4/maximum-qos/in-connack", V5, "20 [00 00 [24 01]]", "CONNACK 0 0 {max-qos=1}", 0 },
  { "5.0/3.2.2.3.4/maximum-qos/twice-in-connack", V5, "20 [00 00 [(24 01)*2]]", PROTOCOL },
  { "5.0/3.2.2.3.4/maximum-qos/beyond-the-end", V5, "20 [00 00 [24]]", MALFORMED },
  { "5.0/2.2.2.2/maximum-qos/not-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [24 01] {'id'}]", MALFORMED },
  { "5.0/3.2.2.3.4/maximum-qos/2", V5, "20 [00 00 [24 02]]", PROTOCOL },

  /* Retain available */
  { "5.0/3.2.2.3.5/retain-available/in-connack", V5, "20 [00 00 [25 00]]", "CONNACK 0 0 {retain=0}", 0 },
  { "5.0/3.2.2.3.5/retain-available/twice-in-connack", V5, "20 [00 00 [(25 00)*2]]", PROTOCOL },
  { "5.0/3.2.2.3.5/retain-available/beyond-the-end", V5, "20 [00 00 [25]]", MALFORMED },
  { "5.0/2.2.2.2/retain-available/not-in-publish", V5, "30 [{'a'} [25 00] 'x']", MALFORMED },
  { "5.0/3.2.2.3.5/retain-available/2", V5, "20 [00 00 [25 02]]", PROTOCOL },

  /* User property */
  { "5.0/3.3.2.3.7/user-property/in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [26 {'k'} {'v'}] {'id'}]", "CONNECT v5 c1 k0 id=id {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-will", NONE, "10 [{'MQTT'} 05 06 0000 [] {'id'} [26 {'k'} {'v'}] {'t'} {'m'}]", "CONNECT v5 c1 k0 id=id will=q0r0 t m {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-connack", V5, "20 [00 00 [26 {'k'} {'v'}]]", "CONNACK 0 0 {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-publish", V5, "30 [{'a'} [26 {'k'} {'v'}] 'x']", "PUBLISH d0 q0 r0 m0 a x {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-puback", V5, "40 [0001 00 [26 {'k'} {'v'}]]", "PUBACK m1 {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-pubrec", V5, "50 [0001 00 [26 {'k'} {'v'}]]", "PUBREC m1 {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-pubrel", V5, "62 [0001 00 [26 {'k'} {'v'}]]", "PUBREL m1 {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-pubcomp", V5, "70 [0001 00 [26 {'k'} {'v'}]]", "PUBCOMP m1 {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-subscribe", V5, "82 [0001 [26 {'k'} {'v'}] {'a'} 00]", "SUBSCRIBE m1 a:0 {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-suback", V5, "90 [0001 [26 {'k'} {'v'}] 00]", "SUBACK m1 00 {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-unsubscribe", V5, "a2 [0001 [26 {'k'} {'v'}] {'a'}]", "UNSUBSCRIBE m1 a {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-unsuback", V5, "b0 [0001 [26 {'k'} {'v'}] 00]", "UNSUBACK m1 00 {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-disconnect", V5, "e0 [00 [26 {'k'} {'v'}]]", "DISCONNECT {user=k:v}", 0 },
  { "5.0/3.3.2.3.7/user-property/in-auth", V5, "f0 [00 [26 {'k'} {'v'}]]", "AUTH {user=k:v}", 0 },
  { "5.0/MQTT-3.3.2-18/user-property/order", V5, "30 [{'a'} [26 {'k'} {'v'} 26 {'k'} {'w'} 26 {} {}] 'x']", "PUBLISH d0 q0 r0 m0 a x {user=k:v user=k:w user=:}", 0 },
  { "5.0/3.3.2.3.7/user-property/beyond-the-end", NONE, "10 [{'MQTT'} 05 02 0000 [26 {'k'} 0002 'v'] {'id'}]", MALFORMED },
  { "5.0/MQTT-1.5.4-1/user-property/name-not-utf8", NONE, "10 [{'MQTT'} 05 02 0000 [26 {ff} {'v'}] {'id'}]", MALFORMED },
  { "5.0/MQTT-1.5.4-1/user-property/value-not-utf8", NONE, "10 [{'MQTT'} 05 02 0000 [26 {'k'} {ff}] {'id'}]", MALFORMED },
  { "5.0/MQTT-1.5.4-2/user-property/name-with-nul", NONE, "10 [{'MQTT'} 05 02 0000 [26 {00} {'v'}] {'id'}]", MALFORMED },
  { "5.0/MQTT-1.5.4-2/user-property/value-with-nul", NONE, "10 [{'MQTT'} 05 02 0000 [26 {'k'} {00}] {'id'}]", MALFORMED },
  { "5.0/3.3.2.3.7/user-property/value-missing", NONE, "10 [{'MQTT'} 05 02 0000 [26 {'k'}] {'id'}]", MALFORMED },

  /* Maximum packet size */
  { "5.0/3.1.2.11.4/maximum-packet-size/in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [27 00000001] {'id'}]", "CONNECT v5 c1 k0 id=id {size=1}", 0 },
  { "5.0/3.1.2.11.4/maximum-packet-size/in-connack", V5, "20 [00 00 [27 00000001]]", "CONNACK 0 0 {size=1}", 0 },
  { "5.0/3.1.2.11.4/maximum-packet-size/twice-in-connect", NONE, "10 [{'MQTT'} 05 02 0000 [(27 00000001)*2] {'id'}]", PROTOCOL },
  { "5.0/3.1.2.11.4/maximum-packet-size/twice-in-connack", V5, "20 [00 00 [(27 00000001)*2]]", PROTOCOL },
  { "5.0/3.1.2.11.4/maximum-packet-size/beyond-the-end", NONE, "10 [{'MQTT'} 05 02 0000 [27 000000] {'id'}]", MALFORMED },
  { "5.0/2.2.2.2/maximum-packet-size/not-in-suback", V5, "90 [0001 [27 00000001] 00]", MALFORMED },
  { "5.0/3.1.2.11.4/maximum-packet-size/0", NONE, "10 [{'MQTT'} 05 02 0000 [27 00000000] {'id'}]", PROTOCOL },

  /* Wildcard subscription available */
  { "5.0/3.2.2.3.11/wildcard-subscription-available/in-connack", V5, "20 [00 00 [28 00]]", "CONNACK 0 0 {wildcards=0}", 0 },
  { "5.0/3.2.2.3.11/wildcard-subscription-available/twice-in-connack", V5, "20 [00 00 [(28 00)*2]]", PROTOCOL },
  { "5.0/3.2.2.3.11/wildcard-subscription-available/beyond-the-end", V5, "20 [00 00 [28]]", MALFORMED },
  { "5.0/2.2.2.2/wildcard-subscription-available/not-in-subscribe", V5, "82 [0001 [28 00] {'a'} 00]", MALFORMED },
  { "5.0/3.2.2.3.11/wildcard-subscription-available/2", V5, "20 [00 00 [28 02]]", PROTOCOL },

  /* Subscription identifiers available */
  { "5.0/3.2.2.3.12/subscription-identifiers-available/in-connack", V5, "20 [00 00 [29 00]]", "CONNACK 0 0 {subs=0}", 0 },
  { "5.0/3.2.2.3.12/subscription-identifiers-available/twice-in-connack", V5, "20 [00 00 [(29 00)*2]]", PROTOCOL },
  { "5.0/3.2.2.3.12/subscription-identifiers-available/beyond-the-end", V5, "20 [00 00 [29]]", MALFORMED },
  { "5.0/2.2.2.2/subscription-identifiers-available/not-in-auth", V5, "f0 [00 [29 00]]", MALFORMED },
  { "5.0/3.2.2.3.12/subscription-identifiers-available/2", V5, "20 [00 00 [29 02]]", PROTOCOL },

  /* Shared subscription available */
  { "5.0/3.2.2.3.13/shared-subscription-available/in-connack", V5, "20 [00 00 [2a 00]]", "CONNACK 0 0 {shared=0}", 0 },
  { "5.0/3.2.2.3.13/shared-subscription-available/twice-in-connack", V5, "20 [00 00 [(2a 00)*2]]", PROTOCOL },
  { "5.0/3.2.2.3.13/shared-subscription-available/beyond-the-end", V5, "20 [00 00 [2a]]", MALFORMED },
  { "5.0/2.2.2.2/shared-subscription-available/not-in-unsubscribe", V5, "a2 [0001 [2a 00] {'a'}]", MALFORMED },
  { "5.0/3.2.2.3.13/shared-subscription-available/2", V5, "20 [00 00 [2a 02]]", PROTOCOL },
};

const gsize hub_test_n_property_packets = G_N_ELEMENTS (hub_test_property_packets);
