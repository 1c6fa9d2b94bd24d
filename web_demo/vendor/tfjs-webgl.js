/* TensorFlow.js 4.22.0, Copyright Google LLC, Apache-2.0; see LICENSE beside this file. */
import{a as uo}from"./tfjs-shared-4SUI6KRZ.js";import{B as Xr,C as Hr,E as Kr,G as qr,I as jr,K as Yr,M as Qr,N as Zr,P as Jr,R as eo,T as to,V as ro,X as oo,Z as no,aa as so,b as xt,da as io,ga as ao,ha as lo,j as Mr,n as Vr,q as Re,u as Wr,v as Gr,y as zr}from"./tfjs-shared-DMN3TYGK.js";import{$ as Cn,$c as ms,A as Zo,Aa as zn,Ab as as,B as ge,Ba as Xn,Bb as ls,Ca as Hn,Cb as us,Da as Kn,Db as cs,Ea as qn,Fa as jn,Fc as ds,Ga as Yn,Ha as Qn,I as $,Ia as Zn,J as Jo,Ja as Jn,K as en,Ka as es,L as tn,La as ts,Lb as Dt,M as rn,Ma as E,Mb as Se,N as on,Nb as _e,O as nn,Oa as ue,Ob as Pt,P as sn,Q as an,Qa as Ee,R as ln,S as un,Sa as rs,T as cn,Ta as Ot,U as pn,Ua as Pr,V as dn,W as fn,X as mn,Y as hn,Z as xn,Za as se,Zc as fs,_ as gn,_a as kt,aa as $n,ab as Lr,ad as hs,ba as vn,bd as ce,ca as Tn,cb as Fe,cd as ht,da as bn,dc as ee,dd as xs,ea as En,ec as te,ed as gs,f as Wo,fa as Sn,fc as Y,fd as Cs,g as Go,ga as _n,gc as re,gd as $s,h as He,hb as Ce,hc as oe,hd as vs,i as zo,ia as Rn,id as Ts,j as k,ja as In,jb as os,jd as bs,k as Xo,ka as wn,kd as Es,l as I,la as An,lc as ps,ld as Ur,ma as Nn,md as Ss,n as G,na as yn,nd as _s,o as Ho,oa as On,od as Br,p as mt,pa as kn,pb as ns,q as Fr,qa as Fn,r as Dr,ra as Dn,s as Ko,sa as Pn,t as z,ta as Ln,u as xe,ua as Un,v as yt,va as Bn,w as qo,wa as Mn,wb as Ft,x as jo,xa as Vn,xb as H,y as Yo,ya as Wn,yb as ss,z as Qo,za as Gn,zb as is}from"./tfjs-shared-4TN6AAXA.js";var De={},Lt={alpha:!1,antialias:!1,premultipliedAlpha:!1,preserveDrawingBuffer:!1,depth:!1,stencil:!1,failIfMajorPerformanceCaveat:!0};function Rs(r,e){De[r]=e}function Q(r,e){if(!(r in De)||e!=null){let o=dl(r,e);if(o!==null)De[r]=o;else return console.log("Could not get context for WebGL version",r),null}let t=De[r];return t==null||t.isContextLost()?(delete De[r],Q(r)):(t.disable(t.DEPTH_TEST),t.disable(t.STENCIL_TEST),t.disable(t.BLEND),t.disable(t.DITHER),t.disable(t.POLYGON_OFFSET_FILL),t.disable(t.SAMPLE_COVERAGE),t.enable(t.SCISSOR_TEST),t.enable(t.CULL_FACE),t.cullFace(t.BACK),De[r])}function pl(r){if(!$().getBool("IS_SAFARI")&&typeof OffscreenCanvas<"u"&&r===2)return new OffscreenCanvas(300,150);if(typeof document<"u")return document.createElement("canvas");throw new Error("Cannot create a canvas in this context")}function dl(r,e){if(r!==1&&r!==2)throw new Error("Cannot get WebGL rendering context, WebGL is disabled.");let t=e??pl(r);return t.addEventListener("webglcontextlost",o=>{o.preventDefault(),delete De[r]},!1),$().getBool("SOFTWARE_WEBGL_ENABLED")&&(Lt.failIfMajorPerformanceCaveat=!1),r===1?t.getContext("webgl",Lt)||t.getContext("experimental-webgl",Lt):t.getContext("webgl2",Lt)}var Ie;(function(r){r[r.DENSE=0]="DENSE",r[r.SHARED_BATCH=1]="SHARED_BATCH"})(Ie||(Ie={}));var q;(function(r){r[r.RENDER=0]="RENDER",r[r.UPLOAD=1]="UPLOAD",r[r.PIXELS=2]="PIXELS",r[r.DOWNLOAD=3]="DOWNLOAD"})(q||(q={}));var X;(function(r){r[r.UNPACKED_FLOAT16=0]="UNPACKED_FLOAT16",r[r.UNPACKED_FLOAT32=1]="UNPACKED_FLOAT32",r[r.PACKED_4X1_UNSIGNED_BYTE=2]="PACKED_4X1_UNSIGNED_BYTE",r[r.PACKED_2X2_FLOAT32=3]="PACKED_2X2_FLOAT32",r[r.PACKED_2X2_FLOAT16=4]="PACKED_2X2_FLOAT16"})(X||(X={}));function Pe(r,e){return[e,r]}function Is(r,e){return r*e}function gt(r){let e=I(r),t=Math.ceil(e/4);return mt(t)}function pe(r,e){return[Math.max(1,Math.ceil(e/2)),Math.max(1,Math.ceil(r/2))]}function ws(r,e){let[t,o]=pe(r,e);return t*o*4}function Ct(r,e){let t=r,o,n,s,i,l,a,u,c,p,f;return $().getNumber("WEBGL_VERSION")===2?(o=t.R32F,n=t.R16F,s=t.RGBA16F,i=t.RGBA32F,l=t.RED,u=4,c=1,p=t.HALF_FLOAT,f=t.FLOAT,a=t.RGBA8):(o=r.RGBA,n=r.RGBA,s=r.RGBA,i=t.RGBA,l=r.RGBA,u=4,c=4,p=e!=null?e.HALF_FLOAT_OES:null,f=r.FLOAT,a=r.RGBA),{internalFormatFloat:o,internalFormatHalfFloat:n,internalFormatPackedHalfFloat:s,internalFormatPackedFloat:i,textureFormatFloat:l,downloadTextureFormat:a,downloadUnpackNumChannels:u,defaultNumChannels:c,textureTypeHalfFloat:p,textureTypeFloat:f}}function T(r,e){let t=e();return $().getBool("DEBUG")&&fl(r),t}function fl(r){let e=r.getError();if(e!==r.NO_ERROR)throw new Error("WebGL Error: "+xl(r,e))}var ml=596e-10,hl=65504;function As(r){return!!($().getBool("WEBGL_RENDER_FLOAT32_ENABLED")||r===0||ml<Math.abs(r)&&Math.abs(r)<hl)}function xl(r,e){switch(e){case r.NO_ERROR:return"NO_ERROR";case r.INVALID_ENUM:return"INVALID_ENUM";case r.INVALID_VALUE:return"INVALID_VALUE";case r.INVALID_OPERATION:return"INVALID_OPERATION";case r.INVALID_FRAMEBUFFER_OPERATION:return"INVALID_FRAMEBUFFER_OPERATION";case r.OUT_OF_MEMORY:return"OUT_OF_MEMORY";case r.CONTEXT_LOST_WEBGL:return"CONTEXT_LOST_WEBGL";default:return`Unknown error code ${e}`}}function $t(r,e){return $e(r,()=>r.getExtension(e),'Extension "'+e+'" not supported on this browser.')}function Ns(r,e){let t=$e(r,()=>r.createShader(r.VERTEX_SHADER),"Unable to create vertex WebGLShader.");if(T(r,()=>r.shaderSource(t,e)),T(r,()=>r.compileShader(t)),r.getShaderParameter(t,r.COMPILE_STATUS)===!1)throw console.log(r.getShaderInfoLog(t)),new Error("Failed to compile vertex shader.");return t}function ys(r,e){let t=$e(r,()=>r.createShader(r.FRAGMENT_SHADER),"Unable to create fragment WebGLShader.");if(T(r,()=>r.shaderSource(t,e)),T(r,()=>r.compileShader(t)),$().get("ENGINE_COMPILE_ONLY"))return t;if(r.getShaderParameter(t,r.COMPILE_STATUS)===!1)throw ho(e,r.getShaderInfoLog(t)),new Error("Failed to compile fragment shader.");return t}var gl=/ERROR: [0-9]+:([0-9]+):/g;function ho(r,e){let t=gl.exec(e);if(t==null){console.log(`Couldn't parse line number in error: ${e}`),console.log(r);return}let o=+t[1],n=r.split(`
`),s=n.length.toString().length+2,i=n.map((p,f)=>Fr((f+1).toString(),s)+p),l=0;for(let p=0;p<i.length;p++)l=Math.max(i[p].length,l);let a=i.slice(0,o-1),u=i.slice(o-1,o),c=i.slice(o);console.log(a.join(`
`)),console.log(e.split(`
`)[0]),console.log(`%c ${Fr(u[0],l)}`,"border:1px solid red; background-color:#e3d2d2; color:#a61717"),console.log(c.join(`
`))}function Os(r){return $e(r,()=>r.createProgram(),"Unable to create WebGLProgram.")}function ks(r,e){if(T(r,()=>r.linkProgram(e)),!$().get("ENGINE_COMPILE_ONLY")&&r.getProgramParameter(e,r.LINK_STATUS)===!1)throw console.log(r.getProgramInfoLog(e)),new Error("Failed to link vertex and fragment shaders.")}function Bt(r,e){if(T(r,()=>r.validateProgram(e)),r.getProgramParameter(e,r.VALIDATE_STATUS)===!1)throw console.log(r.getProgramInfoLog(e)),new Error("Shader program validation failed.")}function Fs(r,e){let t=$e(r,()=>r.createBuffer(),"Unable to create WebGLBuffer");return T(r,()=>r.bindBuffer(r.ARRAY_BUFFER,t)),T(r,()=>r.bufferData(r.ARRAY_BUFFER,e,r.STATIC_DRAW)),t}function Ds(r,e){let t=$e(r,()=>r.createBuffer(),"Unable to create WebGLBuffer");return T(r,()=>r.bindBuffer(r.ELEMENT_ARRAY_BUFFER,t)),T(r,()=>r.bufferData(r.ELEMENT_ARRAY_BUFFER,e,r.STATIC_DRAW)),t}function Ps(r){return $e(r,()=>r.createTexture(),"Unable to create WebGLTexture.")}function Ls(r,e){let t=$().getNumber("WEBGL_MAX_TEXTURE_SIZE");if(r<=0||e<=0){let o=`[${r}x${e}]`;throw new Error("Requested texture size "+o+" is invalid.")}if(r>t||e>t){let o=`[${r}x${e}]`,n=`[${t}x${t}]`;throw new Error("Requested texture size "+o+" greater than WebGL maximum on this browser / GPU "+n+".")}}function Us(r){return $e(r,()=>r.createFramebuffer(),"Unable to create WebGLFramebuffer.")}function xo(r,e,t,o,n,s,i){let l=r.getAttribLocation(e,t);return l===-1?!1:(T(r,()=>r.bindBuffer(r.ARRAY_BUFFER,o)),T(r,()=>r.vertexAttribPointer(l,n,r.FLOAT,!1,s,i)),T(r,()=>r.enableVertexAttribArray(l)),!0)}function Cl(r,e,t){vl(r,t),T(r,()=>r.activeTexture(r.TEXTURE0+t)),T(r,()=>r.bindTexture(r.TEXTURE_2D,e))}function Bs(r,e,t){return $e(r,()=>r.getUniformLocation(e,t),'uniform "'+t+'" not present in program.')}function Ms(r,e,t){return r.getUniformLocation(e,t)}function Vs(r,e,t,o){T(r,()=>Cl(r,e,o)),T(r,()=>r.uniform1i(t,o))}function Mt(r,e,t){T(r,()=>r.bindFramebuffer(r.FRAMEBUFFER,t)),T(r,()=>r.framebufferTexture2D(r.FRAMEBUFFER,r.COLOR_ATTACHMENT0,r.TEXTURE_2D,e,0))}function go(r,e){T(r,()=>r.bindFramebuffer(r.FRAMEBUFFER,e)),T(r,()=>r.framebufferTexture2D(r.FRAMEBUFFER,r.COLOR_ATTACHMENT0,r.TEXTURE_2D,null,0))}function vt(r){let e=r.checkFramebufferStatus(r.FRAMEBUFFER);if(e!==r.FRAMEBUFFER_COMPLETE)throw new Error("Error binding framebuffer: "+$l(r,e))}function $l(r,e){switch(e){case r.FRAMEBUFFER_INCOMPLETE_ATTACHMENT:return"FRAMEBUFFER_INCOMPLETE_ATTACHMENT";case r.FRAMEBUFFER_INCOMPLETE_MISSING_ATTACHMENT:return"FRAMEBUFFER_INCOMPLETE_MISSING_ATTACHMENT";case r.FRAMEBUFFER_INCOMPLETE_DIMENSIONS:return"FRAMEBUFFER_INCOMPLETE_DIMENSIONS";case r.FRAMEBUFFER_UNSUPPORTED:return"FRAMEBUFFER_UNSUPPORTED";default:return`unknown error ${e}`}}function $e(r,e,t){let o=T(r,()=>e());if(o==null)throw new Error(t);return o}function vl(r,e){let t=r.MAX_COMBINED_TEXTURE_IMAGE_UNITS-1,o=e+r.TEXTURE0;if(o<r.TEXTURE0||o>t){let n=`[gl.TEXTURE0, gl.TEXTURE${t}]`;throw new Error(`textureUnit must be in ${n}.`)}}function we(r,e=2){return I(r.slice(0,r.length-e))}function Ae(r){if(r.length===0)throw Error("Cannot get rows and columns of an empty shape array.");return[r.length>1?r[r.length-2]:1,r[r.length-1]]}function Tt(r){let e=[1,1,1];return r.length===0||r.length===1&&r[0]===1||(e=[we(r),...Ae(r)]),e}function Ws(r,e=!1){let t=$().getNumber("WEBGL_MAX_TEXTURE_SIZE"),o=$().getNumber("WEBGL_MAX_SIZE_FOR_NARROW_TEXTURE");o===1/0&&$().getBool("WEBGL_AUTO_SQUARIFY_NARROW_TEXTURE_SHAPE")&&(o=t/2),e&&(t=t*2,o=o*2,r=r.map((l,a)=>a>=r.length-2?He(r[a]):r[a]),r.length===1&&(r=[2,r[0]])),r.length!==2&&(r=xe(r).newShape);let n=I(r),s=null;r.length<=1&&n<=t?s=[1,n]:r.length===2&&r[0]<=t&&r[1]<=t?s=r:r.length===3&&r[0]*r[1]<=t&&r[2]<=t?s=[r[0]*r[1],r[2]]:r.length===3&&r[0]<=t&&r[1]*r[2]<=t?s=[r[0],r[1]*r[2]]:r.length===4&&r[0]*r[1]*r[2]<=t&&r[3]<=t?s=[r[0]*r[1]*r[2],r[3]]:r.length===4&&r[0]<=t&&r[1]*r[2]*r[3]<=t&&(s=[r[0],r[1]*r[2]*r[3]]);let i=s!=null&&Math.max(...s)>o&&Math.min(...s)<=(e?2:1)&&Math.min(...s)>0;if(s==null||i)if(e){let l=we(r),a=2,u=2;r.length&&([a,u]=Ae(r)),n=l*(a/2)*(u/2),s=mt(n).map(c=>c*2)}else s=mt(n);return s}function Ut(r){return r%2===0}function Le(r,e){if(r=r.slice(-2),e=e.slice(-2),G(r,e)||!r.length||!e.length||r[0]===0||r[1]===0||e[0]===0||e[1]===0)return!0;if(r.length!==e.length){let t=r[r.length-1],o=e[e.length-1];if(t===o||Ut(t)&&Ut(o)&&(r[0]===1||e[0]===1))return!0}return r[1]===e[1]&&Ut(r[0])&&Ut(e[0])}var po,fo;function Gs(r){if(po==null){let e=Q(r);po=e.getParameter(e.MAX_TEXTURE_SIZE)}return po}function zs(r){if(fo==null){let e=Q(r);fo=e.getParameter(e.MAX_TEXTURE_IMAGE_UNITS)}return Math.min(16,fo)}function Xs(r){if(r===0)return 0;let e,t=Q(r);return Z(t,"EXT_disjoint_timer_query_webgl2")&&r===2?e=2:Z(t,"EXT_disjoint_timer_query")?e=1:e=0,e}function Z(r,e){return r.getExtension(e)!=null}function Co(r){try{if(Q(r)!=null)return!0}catch(e){return console.log("Error when getting WebGL context: ",e),!1}return!1}function Hs(r){if(r===0)return!1;let e=Q(r);if(r===1){if(!Z(e,"OES_texture_float"))return!1}else if(!Z(e,"EXT_color_buffer_float"))return!1;return mo(e)}function Ks(r){if(r===0)return!1;let e=Q(r);if(r===1){if(!Z(e,"OES_texture_float")||!Z(e,"WEBGL_color_buffer_float"))return!1}else{if(Z(e,"EXT_color_buffer_float"))return mo(e);let o="EXT_color_buffer_half_float";if(Z(e,o)){let n=e.getExtension(o);return Tl(e,n)}return!1}return mo(e)}function mo(r){let e=Ct(r),t=r.createTexture();r.bindTexture(r.TEXTURE_2D,t),r.texImage2D(r.TEXTURE_2D,0,e.internalFormatFloat,1,1,0,e.textureFormatFloat,e.textureTypeFloat,null);let s=r.createFramebuffer();r.bindFramebuffer(r.FRAMEBUFFER,s),r.framebufferTexture2D(r.FRAMEBUFFER,r.COLOR_ATTACHMENT0,r.TEXTURE_2D,t,0);let i=r.checkFramebufferStatus(r.FRAMEBUFFER)===r.FRAMEBUFFER_COMPLETE;return r.bindTexture(r.TEXTURE_2D,null),r.bindFramebuffer(r.FRAMEBUFFER,null),r.deleteTexture(t),r.deleteFramebuffer(s),i}function Tl(r,e){let t=Ct(r,e),o=r.createTexture();r.bindTexture(r.TEXTURE_2D,o),r.texImage2D(r.TEXTURE_2D,0,t.internalFormatHalfFloat,1,1,0,t.textureFormatFloat,t.textureTypeHalfFloat,null);let i=r.createFramebuffer();r.bindFramebuffer(r.FRAMEBUFFER,i),r.framebufferTexture2D(r.FRAMEBUFFER,r.COLOR_ATTACHMENT0,r.TEXTURE_2D,o,0);let l=r.checkFramebufferStatus(r.FRAMEBUFFER)===r.FRAMEBUFFER_COMPLETE;return r.bindTexture(r.TEXTURE_2D,null),r.bindFramebuffer(r.FRAMEBUFFER,null),r.deleteTexture(o),r.deleteFramebuffer(i),l}function qs(r){return r!==2?!1:Q(r).fenceSync!=null}function Vt(r,e){Array.isArray(r)||(r=[r]),r.forEach(t=>{t!=null&&k(t.dtype!=="complex64",()=>`${e} does not support complex64 tensors in the WebGL backend.`)})}var _=$();_.registerFlag("HAS_WEBGL",()=>_.getNumber("WEBGL_VERSION")>0);_.registerFlag("WEBGL_VERSION",()=>Co(2)?2:Co(1)?1:0);_.registerFlag("WEBGL_CHECK_NUMERICAL_PROBLEMS",()=>!1);_.registerFlag("WEBGL_BUFFER_SUPPORTED",()=>_.get("WEBGL_VERSION")===2);_.registerFlag("WEBGL_CPU_FORWARD",()=>!0);_.registerFlag("WEBGL_FORCE_F16_TEXTURES",()=>!1);_.registerFlag("WEBGL_PACK",()=>_.getBool("HAS_WEBGL"));_.registerFlag("WEBGL_PACK_NORMALIZATION",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_PACK_CLIP",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_PACK_DEPTHWISECONV",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_PACK_BINARY_OPERATIONS",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_PACK_UNARY_OPERATIONS",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_PACK_ARRAY_OPERATIONS",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_PACK_IMAGE_OPERATIONS",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_PACK_REDUCE",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_LAZILY_UNPACK",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_CONV_IM2COL",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_PACK_CONV2DTRANSPOSE",()=>_.getBool("WEBGL_PACK"));_.registerFlag("WEBGL_MAX_TEXTURE_SIZE",()=>Gs(_.getNumber("WEBGL_VERSION")));_.registerFlag("WEBGL_MAX_TEXTURES_IN_SHADER",()=>zs(_.getNumber("WEBGL_VERSION")));_.registerFlag("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_VERSION",()=>{let r=_.getNumber("WEBGL_VERSION");return r===0?0:Xs(r)});_.registerFlag("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_RELIABLE",()=>_.getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_VERSION")>0&&!Lr());_.registerFlag("WEBGL_RENDER_FLOAT32_CAPABLE",()=>Hs(_.getNumber("WEBGL_VERSION")));_.registerFlag("WEBGL_RENDER_FLOAT32_ENABLED",()=>_.getBool("WEBGL_FORCE_F16_TEXTURES")?!1:_.getBool("WEBGL_RENDER_FLOAT32_CAPABLE"));_.registerFlag("WEBGL_DOWNLOAD_FLOAT_ENABLED",()=>Ks(_.getNumber("WEBGL_VERSION")));_.registerFlag("WEBGL_FENCE_API_ENABLED",()=>qs(_.getNumber("WEBGL_VERSION")));_.registerFlag("WEBGL_SIZE_UPLOAD_UNIFORM",()=>_.getBool("WEBGL_RENDER_FLOAT32_ENABLED")?4:0);_.registerFlag("WEBGL_DELETE_TEXTURE_THRESHOLD",()=>-1,r=>{if(typeof r!="number")throw new Error(`WEBGL_DELETE_TEXTURE_THRESHOLD must be a number but got ${r}.`);if(r<0&&r!==-1)throw new Error(`WEBGL_DELETE_TEXTURE_THRESHOLD must be -1 (indicating never delete) or at least 0, but got ${r}.`)});_.registerFlag("WEBGL_FLUSH_THRESHOLD",()=>Lr()?1:-1,r=>{if(typeof r!="number")throw new Error(`WEBGL_FLUSH_THRESHOLD must be a number but got ${r}.`);if(r<0&&r!==-1)throw new Error(`WEBGL_FLUSH_THRESHOLD must be -1 (indicating never manual flush) or at least 0, but got ${r}.`)});_.registerFlag("CPU_HANDOFF_SIZE_THRESHOLD",()=>128);_.registerFlag("WEBGL_USE_SHAPES_UNIFORMS",()=>!1);_.registerFlag("TOPK_LAST_DIM_CPU_HANDOFF_SIZE_THRESHOLD",()=>1e5);_.registerFlag("TOPK_K_CPU_HANDOFF_THRESHOLD",()=>128);_.registerFlag("WEBGL_EXP_CONV",()=>!1);_.registerFlag("SOFTWARE_WEBGL_ENABLED",()=>_.getBool("IS_TEST"));_.registerFlag("WEBGL_MAX_SIZE_FOR_NARROW_TEXTURE",()=>1/0);_.registerFlag("WEBGL_AUTO_SQUARIFY_NARROW_TEXTURE_SHAPE",()=>!1);_.registerFlag("WEBGL2_ISNAN_CUSTOM",()=>!1);_.registerFlag("ENGINE_COMPILE_ONLY",()=>!1);function M(){let r,e,t,o,n,s,i,l,a,u;return $().getNumber("WEBGL_VERSION")===2?(r="#version 300 es",e="in",t="out",o="in",n="texture",s="outputColor",i="out vec4 outputColor;",l=$().getBool("WEBGL2_ISNAN_CUSTOM")?`
      bool isnan_custom(float val) {
        uint floatToUint = floatBitsToUint(val);
        return (floatToUint & 0x7fffffffu) > 0x7f800000u;
      }

      bvec4 isnan_custom(vec4 val) {
        return bvec4(isnan_custom(val.x),
          isnan_custom(val.y), isnan_custom(val.z), isnan_custom(val.w));
      }

      #define isnan(value) isnan_custom(value)
    `:"",a="",u=`
      #define round(value) newRound(value)
      int newRound(float value) {
        return int(floor(value + 0.5));
      }

      ivec4 newRound(vec4 value) {
        return ivec4(floor(value + vec4(0.5)));
      }
    `):(r="",e="attribute",t="varying",o="varying",n="texture2D",s="gl_FragColor",i="",l=`
      #define isnan(value) isnan_custom(value)
      bool isnan_custom(float val) {
        return (val > 0. || val < 1. || val == 0.) ? false : true;
      }
      bvec4 isnan_custom(vec4 val) {
        return bvec4(isnan(val.x), isnan(val.y), isnan(val.z), isnan(val.w));
      }
    `,a=`
      uniform float INFINITY;

      bool isinf(float val) {
        return abs(val) == INFINITY;
      }
      bvec4 isinf(vec4 val) {
        return equal(abs(val), vec4(INFINITY));
      }
    `,u=`
      int round(float value) {
        return int(floor(value + 0.5));
      }

      ivec4 round(vec4 value) {
        return ivec4(floor(value + vec4(0.5)));
      }
    `),{version:r,attribute:e,varyingVs:t,varyingFs:o,texture2D:n,output:s,defineOutput:i,defineSpecialNaN:l,defineSpecialInf:a,defineRound:u}}function ie(r,e,t="index"){let o=ge(e);return o.map((n,s)=>{let i=`int ${r[s]} = ${t} / ${n}`,l=s===o.length-1?`int ${r[s+1]} = ${t} - ${r[s]} * ${n}`:`index -= ${r[s]} * ${n}`;return`${i}; ${l};`}).join("")}function Ue(r,e,t="index"){let o=ge(e);return o.map((n,s)=>{let i=`int ${r[s]} = ${t} / outShapeStrides[${s}]`,l=s===o.length-1?`int ${r[s+1]} = ${t} - ${r[s]} * outShapeStrides[${s}]`:`index -= ${r[s]} * outShapeStrides[${s}]`;return`${i}; ${l};`}).join("")}function bl(r,e){let t=r.length,o=r.map(s=>`${e}[${s}]`),n=new Array(t-1);n[t-2]=o[t-1];for(let s=t-3;s>=0;--s)n[s]=`(${n[s+1]} * ${o[s+1]})`;return n}function js(r,e,t="index"){let o=r.map((s,i)=>i),n=bl(o,e);return n.map((s,i)=>{let l=`int ${r[i]} = ${t} / ${n[i]}`,a=i===n.length-1?`int ${r[i+1]} = ${t} - ${r[i]} * ${n[i]}`:`index -= ${r[i]} * ${n[i]}`;return`${l}; ${a};`}).join("")}function Ke(r){let e=ge(r).map(t=>t.toString());return`
  int getFlatIndex(ivec3 coords) {
    return coords.x * ${e[0]} + coords.y * ${e[1]} + coords.z;
  }
`}function qe(){return`
  int getFlatIndex(ivec3 coords) {
    return coords.x * outShapeStrides[0] + coords.y * outShapeStrides[1] + coords.z;
  }
`}var Gt=`
  const float FLOAT_MAX = 1.70141184e38;
  const float FLOAT_MIN = 1.17549435e-38;

  lowp vec4 encode_float(highp float v) {
    if (isnan(v)) {
      return vec4(255, 255, 255, 255);
    }

    highp float av = abs(v);

    if(av < FLOAT_MIN) {
      return vec4(0.0, 0.0, 0.0, 0.0);
    } else if(v > FLOAT_MAX) {
      return vec4(0.0, 0.0, 128.0, 127.0) / 255.0;
    } else if(v < -FLOAT_MAX) {
      return vec4(0.0, 0.0,  128.0, 255.0) / 255.0;
    }

    highp vec4 c = vec4(0,0,0,0);

    highp float e = floor(log2(av));
    highp float m = exp2(fract(log2(av))) - 1.0;

    c[2] = floor(128.0 * m);
    m -= c[2] / 128.0;
    c[1] = floor(32768.0 * m);
    m -= c[1] / 32768.0;
    c[0] = floor(8388608.0 * m);

    highp float ebias = e + 127.0;
    c[3] = floor(ebias / 2.0);
    ebias -= c[3] * 2.0;
    c[2] += floor(ebias) * 128.0;

    c[3] += 128.0 * step(0.0, -v);

    return c / 255.0;
  }
`;var Ys=Ft;function Qs(r,e,t){let o=[];if(r.forEach(d=>{let m=I(d.shapeInfo.logicalShape);if(d.shapeInfo.isUniform?o.push(`uniform float ${d.name}${m>1?`[${m}]`:""};`):(o.push(`uniform sampler2D ${d.name};`),o.push(`uniform int offset${d.name};`)),t.enableShapeUniforms){let{uniformShape:g}=zt(t.packedInputs,d.shapeInfo.logicalShape,d.shapeInfo.texShape);switch(g.length){case 1:o.push(`uniform int ${d.name}Shape;`);break;case 2:o.push(`uniform ivec2 ${d.name}Shape;`);break;case 3:o.push(`uniform ivec3 ${d.name}Shape;`);break;case 4:o.push(`uniform ivec4 ${d.name}Shape;`);break;default:break}o.push(`uniform ivec2 ${d.name}TexShape;`)}}),t.enableShapeUniforms){switch(e.logicalShape.length){case 1:o.push("uniform int outShape;");break;case 2:o.push("uniform ivec2 outShape;"),o.push("uniform int outShapeStrides;");break;case 3:o.push("uniform ivec3 outShape;"),o.push("uniform ivec2 outShapeStrides;");break;case 4:o.push("uniform ivec4 outShape;"),o.push("uniform ivec3 outShapeStrides;");break;default:break}o.push("uniform ivec2 outTexShape;")}t.customUniforms&&t.customUniforms.forEach(d=>{o.push(`uniform ${d.type} ${d.name}${d.arrayIndex?`[${d.arrayIndex}]`:""};`)});let n=o.join(`
`),s=r.map(d=>El(d,e,t.packedInputs,t.enableShapeUniforms)).join(`
`),i=e.texShape,l=M(),a=Rl(l),u,c,p=Al(l);return e.isPacked?(u=Sl(e.logicalShape,i,t.enableShapeUniforms),c=wl(l)):(u=_l(e.logicalShape,i,t.enableShapeUniforms),c=Il(l)),t.packedInputs&&(p+=kl),[p,a,c,n,u,s,t.userCode].join(`
`)}function Ye(r,e=!1){let t=r.shapeInfo.logicalShape;switch(t.length){case 0:return Xl(r,e);case 1:return Kl(r,e);case 2:return jl(r,e);case 3:return Ql(r,e);case 4:return Jl(r,e);case 5:return eu(r);case 6:return tu(r);default:throw new Error(`${t.length}-D input sampling is not yet supported`)}}function Zs(r,e){switch(r.shapeInfo.logicalShape.length){case 0:return zl(r);case 1:return Hl(r,e);case 2:return ql(r,e);case 3:return Yl(r,e);default:return Zl(r,e)}}function El(r,e,t=!1,o){let n="";t?n+=Zs(r,o):n+=Ye(r,o);let s=r.shapeInfo.logicalShape,i=e.logicalShape;return s.length<=i.length&&(t?n+=ru(r,e):n+=ou(r,e)),n}function Sl(r,e,t){switch(r.length){case 0:return Js();case 1:return Fl(r,e,t);case 2:return Wl(r,e,t);case 3:return Pl(r,e,t);default:return Ul(r,e,t)}}function _l(r,e,t){switch(r.length){case 0:return Js();case 1:return Dl(r,e,t);case 2:return Gl(r,e,t);case 3:return Ll(r,e,t);case 4:return Bl(r,e,t);case 5:return Ml(r,e);case 6:return Vl(r,e);default:throw new Error(`${r.length}-D output sampling is not yet supported`)}}function Rl(r){return`
    float sampleTexture(sampler2D textureSampler, vec2 uv) {
      return ${r.texture2D}(textureSampler, uv).r;
    }
  `}function Il(r){return`
    void setOutput(float val) {
      ${r.output} = vec4(val, 0, 0, 0);
    }
  `}function wl(r){return`
    void setOutput(vec4 val) {
      ${r.output} = val;
    }
  `}function Al(r){return`${r.version}
    precision highp float;
    precision highp int;
    precision highp sampler2D;
    ${r.varyingFs} vec2 resultUV;
    ${r.defineOutput}
    const vec2 halfCR = vec2(0.5, 0.5);

    struct ivec5
    {
      int x;
      int y;
      int z;
      int w;
      int u;
    };

    struct ivec6
    {
      int x;
      int y;
      int z;
      int w;
      int u;
      int v;
    };

    uniform float NAN;
    ${r.defineSpecialNaN}
    ${r.defineSpecialInf}
    ${r.defineRound}

    int imod(int x, int y) {
      return x - y * (x / y);
    }

    int idiv(int a, int b, float sign) {
      int res = a / b;
      int mod = imod(a, b);
      if (sign < 0. && mod != 0) {
        res -= 1;
      }
      return res;
    }

    //Based on the work of Dave Hoskins
    //https://www.shadertoy.com/view/4djSRW
    #define HASHSCALE1 443.8975
    float random(float seed){
      vec2 p = resultUV * seed;
      vec3 p3  = fract(vec3(p.xyx) * HASHSCALE1);
      p3 += dot(p3, p3.yzx + 19.19);
      return fract((p3.x + p3.y) * p3.z);
    }

    ${Nl}
    ${yl}
    ${Ol}
  `}var Nl=`
vec2 uvFromFlat(int texNumR, int texNumC, int index) {
  int texR = index / texNumC;
  int texC = index - texR * texNumC;
  return (vec2(texC, texR) + halfCR) / vec2(texNumC, texNumR);
}
vec2 packedUVfrom1D(int texNumR, int texNumC, int index) {
  int texelIndex = index / 2;
  int texR = texelIndex / texNumC;
  int texC = texelIndex - texR * texNumC;
  return (vec2(texC, texR) + halfCR) / vec2(texNumC, texNumR);
}
`,yl=`
vec2 packedUVfrom2D(int texelsInLogicalRow, int texNumR,
  int texNumC, int row, int col) {
  int texelIndex = (row / 2) * texelsInLogicalRow + (col / 2);
  int texR = texelIndex / texNumC;
  int texC = texelIndex - texR * texNumC;
  return (vec2(texC, texR) + halfCR) / vec2(texNumC, texNumR);
}
`,Ol=`
vec2 packedUVfrom3D(int texNumR, int texNumC,
    int texelsInBatch, int texelsInLogicalRow, int b,
    int row, int col) {
  int index = b * texelsInBatch + (row / 2) * texelsInLogicalRow + (col / 2);
  int texR = index / texNumC;
  int texC = index - texR * texNumC;
  return (vec2(texC, texR) + halfCR) / vec2(texNumC, texNumR);
}
`,kl=`
  float getChannel(vec4 frag, vec2 innerDims) {
    vec2 modCoord = mod(innerDims, 2.);
    return modCoord.x == 0. ?
      (modCoord.y == 0. ? frag.r : frag.g) :
      (modCoord.y == 0. ? frag.b : frag.a);
  }
  float getChannel(vec4 frag, int dim) {
    float modCoord = mod(float(dim), 2.);
    return modCoord == 0. ? frag.r : frag.g;
  }
`;function Js(){return`
    int getOutputCoords() {
      return 0;
    }
  `}function Fl(r,e,t){let o=[Math.ceil(e[0]/2),Math.ceil(e[1]/2)];return o[0]===1?t?`
      int getOutputCoords() {
        return 2 * int(resultUV.x * ceil(float(outTexShape[1]) / 2.0));
      }
    `:`
      int getOutputCoords() {
        return 2 * int(resultUV.x * ${o[1]}.0);
      }
    `:o[1]===1?t?`
      int getOutputCoords() {
        return 2 * int(resultUV.y * ceil(float(outTexShape[0]) / 2.0));
      }
    `:`
      int getOutputCoords() {
        return 2 * int(resultUV.y * ${o[0]}.0);
      }
    `:t?`
    int getOutputCoords() {
      ivec2 packedTexShape = ivec2(ceil(float(outTexShape[0]) / 2.0), ceil(float(outTexShape[1]) / 2.0));
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(packedTexShape[0], packedTexShape[1]));
      return 2 * (resTexRC.x * packedTexShape[1] + resTexRC.y);
    }
  `:`
    int getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(${o[0]}, ${o[1]}));
      return 2 * (resTexRC.x * ${o[1]} + resTexRC.y);
    }
  `}function Dl(r,e,t){return e[0]===1?t?`
      int getOutputCoords() {
        return int(resultUV.x * float(outTexShape[1]));
      }
    `:`
      int getOutputCoords() {
        return int(resultUV.x * ${e[1]}.0);
      }
    `:e[1]===1?t?`
      int getOutputCoords() {
        return int(resultUV.y * float(outTexShape[0]));
      }
    `:`
      int getOutputCoords() {
        return int(resultUV.y * ${e[0]}.0);
      }
    `:t?`
    int getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(outTexShape[0], outTexShape[1]));
      return resTexRC.x * outTexShape[1] + resTexRC.y;
    }
  `:`
    int getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(${e[0]}, ${e[1]}));
      return resTexRC.x * ${e[1]} + resTexRC.y;
    }
  `}function Pl(r,e,t){if(t)return`
    ivec3 getOutputCoords() {
      ivec2 packedTexShape = ivec2(ceil(float(outTexShape[0]) / 2.0), ceil(float(outTexShape[1]) / 2.0));
      int texelsInLogicalRow = int(ceil(float(outShape[2]) / 2.0));
      int texelsInBatch = texelsInLogicalRow * int(ceil(float(outShape[1]) / 2.0));
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(packedTexShape[0], packedTexShape[1]));
      int index = resTexRC.x * packedTexShape[1] + resTexRC.y;

      int b = index / texelsInBatch;
      index -= b * texelsInBatch;

      int r = 2 * (index / texelsInLogicalRow);
      int c = imod(index, texelsInLogicalRow) * 2;

      return ivec3(b, r, c);
    }
  `;let o=[Math.ceil(e[0]/2),Math.ceil(e[1]/2)],n=Math.ceil(r[2]/2),s=n*Math.ceil(r[1]/2);return`
    ivec3 getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(${o[0]}, ${o[1]}));
      int index = resTexRC.x * ${o[1]} + resTexRC.y;

      int b = index / ${s};
      index -= b * ${s};

      int r = 2 * (index / ${n});
      int c = imod(index, ${n}) * 2;

      return ivec3(b, r, c);
    }
  `}function Ll(r,e,t){if(t)return`
  ivec3 getOutputCoords() {
    ivec2 resTexRC = ivec2(resultUV.yx *
                           vec2(outTexShape[0], outTexShape[1]));
    int index = resTexRC.x * outTexShape[1] + resTexRC.y;
    ${Ue(["r","c","d"],r)}
    return ivec3(r, c, d);
  }
`;let o=ie(["r","c","d"],r);return`
    ivec3 getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(${e[0]}, ${e[1]}));
      int index = resTexRC.x * ${e[1]} + resTexRC.y;
      ${o}
      return ivec3(r, c, d);
    }
  `}function Ul(r,e,t){if(t)return`
    ivec4 getOutputCoords() {
      ivec2 packedTexShape = ivec2(ceil(float(outTexShape[0]) / 2.0), ceil(float(outTexShape[1]) / 2.0));
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(packedTexShape[0], packedTexShape[1]));
      int index = resTexRC.x * packedTexShape[1] + resTexRC.y;

      int texelsInLogicalRow = int(ceil(float(outShape[3]) / 2.0));
      int texelsInBatch = texelsInLogicalRow * int(ceil(float(outShape[2]) / 2.0));
      int texelsInBatchN = texelsInBatch * outShape[1];

      int b2 = index / texelsInBatchN;
      index -= b2 * texelsInBatchN;

      int b = index / texelsInBatch;
      index -= b * texelsInBatch;

      int r = 2 * (index / texelsInLogicalRow);
      int c = imod(index, texelsInLogicalRow) * 2;

      return ivec4(b2, b, r, c);
    }
  `;let o=[Math.ceil(e[0]/2),Math.ceil(e[1]/2)],n=Math.ceil(r[r.length-1]/2),s=n*Math.ceil(r[r.length-2]/2),i=s,l="",a="b, r, c";for(let u=2;u<r.length-1;u++)i*=r[r.length-u-1],l=`
      int b${u} = index / ${i};
      index -= b${u} * ${i};
    `+l,a=`b${u}, `+a;return`
    ivec${r.length} getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(${o[0]}, ${o[1]}));
      int index = resTexRC.x * ${o[1]} + resTexRC.y;

      ${l}

      int b = index / ${s};
      index -= b * ${s};

      int r = 2 * (index / ${n});
      int c = imod(index, ${n}) * 2;

      return ivec${r.length}(${a});
    }
  `}function Bl(r,e,t){if(t)return`
    ivec4 getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
        vec2(outTexShape[0], outTexShape[1]));
      int index = resTexRC.x * outTexShape[1] + resTexRC.y;
      ${Ue(["r","c","d","d2"],r)}
      return ivec4(r, c, d, d2);
    }
  `;let o=ie(["r","c","d","d2"],r);return`
    ivec4 getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
        vec2(${e[0]}, ${e[1]}));
      int index = resTexRC.x * ${e[1]} + resTexRC.y;
      ${o}
      return ivec4(r, c, d, d2);
    }
  `}function Ml(r,e){let t=ie(["r","c","d","d2","d3"],r);return`
    ivec5 getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx * vec2(${e[0]},
                             ${e[1]}));

      int index = resTexRC.x * ${e[1]} + resTexRC.y;

      ${t}

      ivec5 outShape = ivec5(r, c, d, d2, d3);
      return outShape;
    }
  `}function Vl(r,e){let t=ie(["r","c","d","d2","d3","d4"],r);return`
    ivec6 getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
        vec2(${e[0]}, ${e[1]}));
      int index = resTexRC.x * ${e[1]} + resTexRC.y;

      ${t}

      ivec6 result = ivec6(r, c, d, d2, d3, d4);
      return result;
    }
  `}function Wl(r,e,t){let o=[Math.ceil(e[0]/2),Math.ceil(e[1]/2)];if(G(r,e))return t?`
      ivec2 getOutputCoords() {
        ivec2 packedTexShape = ivec2(ceil(float(outTexShape[0]) / 2.0), ceil(float(outTexShape[1]) / 2.0));
        return 2 * ivec2(resultUV.yx * vec2(packedTexShape[0], packedTexShape[1]));
      }
    `:`
      ivec2 getOutputCoords() {
        return 2 * ivec2(resultUV.yx * vec2(${o[0]}, ${o[1]}));
      }
    `;let n=Math.ceil(r[1]/2);return t?`
    ivec2 getOutputCoords() {
      ivec2 packedTexShape = ivec2(ceil(float(outTexShape[0]) / 2.0), ceil(float(outTexShape[1]) / 2.0));
      int texelsInLogicalRow = int(ceil(float(outShape[1]) / 2.0));
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(packedTexShape[0], packedTexShape[1]));

      int index = resTexRC.x * packedTexShape[1] + resTexRC.y;
      int r = 2 * (index / texelsInLogicalRow);
      int c = imod(index, texelsInLogicalRow) * 2;

      return ivec2(r, c);
    }
  `:`
    ivec2 getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(${o[0]}, ${o[1]}));

      int index = resTexRC.x * ${o[1]} + resTexRC.y;
      int r = 2 * (index / ${n});
      int c = imod(index, ${n}) * 2;

      return ivec2(r, c);
    }
  `}function Gl(r,e,t){return G(r,e)?t?`
      ivec2 getOutputCoords() {
        return ivec2(resultUV.yx * vec2(outTexShape[0], outTexShape[1]));
      }
    `:`
      ivec2 getOutputCoords() {
        return ivec2(resultUV.yx * vec2(${e[0]}, ${e[1]}));
      }
    `:r[1]===1?t?`
      ivec2 getOutputCoords() {
        ivec2 resTexRC = ivec2(resultUV.yx *
                               vec2(outTexShape[0], outTexShape[1]));
        int index = resTexRC.x * outTexShape[1] + resTexRC.y;
        return ivec2(index, 0);
      }
    `:`
      ivec2 getOutputCoords() {
        ivec2 resTexRC = ivec2(resultUV.yx *
                               vec2(${e[0]}, ${e[1]}));
        int index = resTexRC.x * ${e[1]} + resTexRC.y;
        return ivec2(index, 0);
      }
    `:r[0]===1?t?`
      ivec2 getOutputCoords() {
        ivec2 resTexRC = ivec2(resultUV.yx *
                               vec2(outTexShape[0], outTexShape[1]));
        int index = resTexRC.x * outTexShape[1] + resTexRC.y;
        return ivec2(0, index);
      }
    `:`
      ivec2 getOutputCoords() {
        ivec2 resTexRC = ivec2(resultUV.yx *
                               vec2(${e[0]}, ${e[1]}));
        int index = resTexRC.x * ${e[1]} + resTexRC.y;
        return ivec2(0, index);
      }
    `:t?`
    ivec2 getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(outTexShape[0], outTexShape[1]));
      int index = resTexRC.x * outTexShape[1] + resTexRC.y;
      int r = index / outShape[1];
      int c = index - r * outShape[1];
      return ivec2(r, c);
    }
  `:`
    ivec2 getOutputCoords() {
      ivec2 resTexRC = ivec2(resultUV.yx *
                             vec2(${e[0]}, ${e[1]}));
      int index = resTexRC.x * ${e[1]} + resTexRC.y;
      int r = index / ${r[1]};
      int c = index - r * ${r[1]};
      return ivec2(r, c);
    }
  `}function Be(r){return`offset${r}`}function zl(r){let e=r.name,t="get"+e.charAt(0).toUpperCase()+e.slice(1),o=M();return`
    vec4 ${t}() {
      return ${o.texture2D}(${e}, halfCR);
    }
  `}function Xl(r,e){let t=r.name,o="get"+t.charAt(0).toUpperCase()+t.slice(1);if(r.shapeInfo.isUniform)return`float ${o}() {return ${t};}`;let[n,s]=r.shapeInfo.texShape;if(n===1&&s===1)return`
      float ${o}() {
        return sampleTexture(${t}, halfCR);
      }
    `;let i=Be(t);if(e)return`
    float ${o}() {
      vec2 uv = uvFromFlat(${t}TexShape[0], ${t}TexShape[1], ${i});
      return sampleTexture(${t}, uv);
    }
  `;let[l,a]=r.shapeInfo.texShape;return`
    float ${o}() {
      vec2 uv = uvFromFlat(${l}, ${a}, ${i});
      return sampleTexture(${t}, uv);
    }
  `}function Hl(r,e){let t=r.name,o="get"+t.charAt(0).toUpperCase()+t.slice(1),n=r.shapeInfo.texShape,s=M();if(e)return`
    vec4 ${o}(int index) {
      ivec2 packedTexShape = ivec2(ceil(float(${t}TexShape[0]) / 2.0), ceil(float(${t}TexShape[1]) / 2.0));
      vec2 uv = packedUVfrom1D(
        packedTexShape[0], packedTexShape[1], index);
      return ${s.texture2D}(${t}, uv);
    }
  `;let i=[Math.ceil(n[0]/2),Math.ceil(n[1]/2)];return`
    vec4 ${o}(int index) {
      vec2 uv = packedUVfrom1D(
        ${i[0]}, ${i[1]}, index);
      return ${s.texture2D}(${t}, uv);
    }
  `}function Kl(r,e){let t=r.name,o="get"+t.charAt(0).toUpperCase()+t.slice(1);if(r.shapeInfo.isUniform)return`
      float ${o}(int index) {
        ${Qe(r)}
      }
    `;let n=r.shapeInfo.texShape,s=n[0],i=n[1];if(i===1&&s===1)return`
      float ${o}(int index) {
        return sampleTexture(${t}, halfCR);
      }
    `;let l=Be(t);return i===1?e?`
      float ${o}(int index) {
        vec2 uv = vec2(0.5, (float(index + ${l}) + 0.5) / float(${t}TexShape[0]));
        return sampleTexture(${t}, uv);
      }
    `:`
      float ${o}(int index) {
        vec2 uv = vec2(0.5, (float(index + ${l}) + 0.5) / ${s}.0);
        return sampleTexture(${t}, uv);
      }
    `:s===1?e?`
      float ${o}(int index) {
        vec2 uv = vec2((float(index + ${l}) + 0.5) / float(${t}TexShape[1]), 0.5);
        return sampleTexture(${t}, uv);
      }
    `:`
      float ${o}(int index) {
        vec2 uv = vec2((float(index + ${l}) + 0.5) / ${i}.0, 0.5);
        return sampleTexture(${t}, uv);
      }
    `:e?`
    float ${o}(int index) {
      vec2 uv = uvFromFlat(${t}TexShape[0], ${t}TexShape[1], index + ${l});
      return sampleTexture(${t}, uv);
    }
  `:`
    float ${o}(int index) {
      vec2 uv = uvFromFlat(${s}, ${i}, index + ${l});
      return sampleTexture(${t}, uv);
    }
  `}function ql(r,e){let t=r.shapeInfo.logicalShape,o=r.name,n="get"+o.charAt(0).toUpperCase()+o.slice(1),s=r.shapeInfo.texShape,i=s[0],l=s[1],a=M();if(s!=null&&G(t,s))return e?`
      vec4 ${n}(int row, int col) {
        vec2 uv = (vec2(col, row) + halfCR) / vec2(${o}TexShape[1], ${o}TexShape[0]);

        return ${a.texture2D}(${o}, uv);
      }
    `:`
      vec4 ${n}(int row, int col) {
        vec2 uv = (vec2(col, row) + halfCR) / vec2(${l}.0, ${i}.0);

        return ${a.texture2D}(${o}, uv);
      }
    `;if(e)return`
    vec4 ${n}(int row, int col) {
      ivec2 packedTexShape = ivec2(ceil(float(${o}TexShape[0]) / 2.0), ceil(float(${o}TexShape[1]) / 2.0));
      int valuesPerRow = int(ceil(float(${o}Shape[1]) / 2.0));
      vec2 uv = packedUVfrom2D(valuesPerRow, packedTexShape[0], packedTexShape[1], row, col);
      return ${a.texture2D}(${o}, uv);
    }
  `;let u=[Math.ceil(s[0]/2),Math.ceil(s[1]/2)],c=Math.ceil(t[1]/2);return`
    vec4 ${n}(int row, int col) {
      vec2 uv = packedUVfrom2D(${c}, ${u[0]}, ${u[1]}, row, col);
      return ${a.texture2D}(${o}, uv);
    }
  `}function jl(r,e){let t=r.shapeInfo.logicalShape,o=r.name,n="get"+o.charAt(0).toUpperCase()+o.slice(1),s=r.shapeInfo.texShape;if(s!=null&&G(t,s)){if(e)return`
      float ${n}(int row, int col) {
        vec2 uv = (vec2(col, row) + halfCR) / vec2(${o}TexShape[1], ${o}TexShape[0]);
        return sampleTexture(${o}, uv);
      }
    `;let f=s[0],d=s[1];return`
    float ${n}(int row, int col) {
      vec2 uv = (vec2(col, row) + halfCR) / vec2(${d}.0, ${f}.0);
      return sampleTexture(${o}, uv);
    }
  `}let{newShape:i,keptDims:l}=xe(t),a=i;if(a.length<t.length){let f=Ze(r,a),d=["row","col"];return`
      ${Ye(f,e)}
      float ${n}(int row, int col) {
        return ${n}(${Je(d,l)});
      }
    `}if(r.shapeInfo.isUniform)return`
      float ${n}(int row, int col) {
        int index = round(dot(vec2(row, col), vec2(${t[1]}, 1)));
        ${Qe(r)}
      }
    `;let u=s[0],c=s[1],p=Be(o);return c===1?e?`
      float ${n}(int row, int col) {
        float index = dot(vec3(row, col, ${p}), vec3(${o}Shape[1], 1, 1));
        vec2 uv = vec2(0.5, (index + 0.5) / float(${o}TexShape[0]));
        return sampleTexture(${o}, uv);
      }
    `:`
    float ${n}(int row, int col) {
      float index = dot(vec3(row, col, ${p}), vec3(${t[1]}, 1, 1));
      vec2 uv = vec2(0.5, (index + 0.5) / ${u}.0);
      return sampleTexture(${o}, uv);
    }
  `:u===1?e?`
      float ${n}(int row, int col) {
        float index = dot(vec3(row, col, ${p}), vec3(${o}Shape[1], 1, 1));
        vec2 uv = vec2((index + 0.5) / float(${o}TexShape[1]), 0.5);
        return sampleTexture(${o}, uv);
      }
    `:`
    float ${n}(int row, int col) {
      float index = dot(vec3(row, col, ${p}), vec3(${t[1]}, 1, 1));
      vec2 uv = vec2((index + 0.5) / ${c}.0, 0.5);
      return sampleTexture(${o}, uv);
    }
  `:e?`
      float ${n}(int row, int col) {
        // Explicitly use integer operations as dot() only works on floats.
        int index = row * ${o}Shape[1] + col + ${p};
        vec2 uv = uvFromFlat(${o}TexShape[0], ${o}TexShape[1], index);
        return sampleTexture(${o}, uv);
      }
    `:`
  float ${n}(int row, int col) {
    // Explicitly use integer operations as dot() only works on floats.
    int index = row * ${t[1]} + col + ${p};
    vec2 uv = uvFromFlat(${u}, ${c}, index);
    return sampleTexture(${o}, uv);
  }
`}function Yl(r,e){let t=r.shapeInfo.logicalShape,o=r.name,n="get"+o.charAt(0).toUpperCase()+o.slice(1),s=r.shapeInfo.texShape,i=[Math.ceil(s[0]/2),Math.ceil(s[1]/2)];if(t[0]===1){let f=t.slice(1),d=[1,2],m=Ze(r,f),g=["b","row","col"];return`
        ${Zs(m,e)}
        vec4 ${n}(int b, int row, int col) {
          return ${n}(${Je(g,d)});
        }
      `}let l=M();if(e)return`
    vec4 ${n}(int b, int row, int col) {
      ivec2 packedTexShape = ivec2(ceil(float(${o}TexShape[0]) / 2.0), ceil(float(${o}TexShape[1]) / 2.0));
      int valuesPerRow = int(ceil(float(${o}Shape[2]) / 2.0));
      int texelsInBatch = valuesPerRow * int(ceil(float(${o}Shape[1]) / 2.0));
      vec2 uv = packedUVfrom3D(
        packedTexShape[0], packedTexShape[1], texelsInBatch, valuesPerRow, b, row, col);
      return ${l.texture2D}(${o}, uv);
    }
  `;let a=i[0],u=i[1],c=Math.ceil(t[2]/2),p=c*Math.ceil(t[1]/2);return`
    vec4 ${n}(int b, int row, int col) {
      vec2 uv = packedUVfrom3D(
        ${a}, ${u}, ${p}, ${c}, b, row, col);
      return ${l.texture2D}(${o}, uv);
    }
  `}function Ql(r,e){let t=r.shapeInfo.logicalShape,o=r.name,n="get"+o.charAt(0).toUpperCase()+o.slice(1),s=t[1]*t[2],i=t[2],{newShape:l,keptDims:a}=xe(t),u=l;if(u.length<t.length){let g=Ze(r,u),C=["row","col","depth"];return`
        ${Ye(g,e)}
        float ${n}(int row, int col, int depth) {
          return ${n}(${Je(C,a)});
        }
      `}if(r.shapeInfo.isUniform)return`
      float ${n}(int row, int col, int depth) {
        int index = round(dot(vec3(row, col, depth),
                          vec3(${s}, ${i}, 1)));
        ${Qe(r)}
      }
    `;let c=r.shapeInfo.texShape,p=c[0],f=c[1],d=r.shapeInfo.flatOffset;if(f===s&&d==null)return e?`
      float ${n}(int row, int col, int depth) {
        int stride1 = ${o}Shape[2];
        float texR = float(row);
        float texC = dot(vec2(col, depth), vec2(stride1, 1));
        vec2 uv = (vec2(texC, texR) + halfCR) /
                   vec2(${o}TexShape[1], ${o}TexShape[0]);
        return sampleTexture(${o}, uv);
      }
    `:`
        float ${n}(int row, int col, int depth) {
          float texR = float(row);
          float texC = dot(vec2(col, depth), vec2(${i}, 1));
          vec2 uv = (vec2(texC, texR) + halfCR) /
                     vec2(${f}.0, ${p}.0);
          return sampleTexture(${o}, uv);
        }
      `;if(f===i&&d==null)return e?`
      float ${n}(int row, int col, int depth) {
        float texR = dot(vec2(row, col), vec2(${o}Shape[1], 1));
        float texC = float(depth);
        vec2 uv = (vec2(texC, texR) + halfCR) / vec2(${o}TexShape[1], ${o}TexShape[0]);
        return sampleTexture(${o}, uv);
      }
    `:`
    float ${n}(int row, int col, int depth) {
      float texR = dot(vec2(row, col), vec2(${t[1]}, 1));
      float texC = float(depth);
      vec2 uv = (vec2(texC, texR) + halfCR) / vec2(${f}.0, ${p}.0);
      return sampleTexture(${o}, uv);
    }
  `;let m=Be(o);return e?`
    float ${n}(int row, int col, int depth) {
      // Explicitly use integer operations as dot() only works on floats.
      int stride0 = ${o}Shape[1] * ${o}Shape[2];
      int stride1 = ${o}Shape[2];
      int index = row * stride0 + col * stride1 + depth + ${m};
      vec2 uv = uvFromFlat(${o}TexShape[0], ${o}TexShape[1], index);
      return sampleTexture(${o}, uv);
    }
    `:`
      float ${n}(int row, int col, int depth) {
        // Explicitly use integer operations as dot() only works on floats.
        int index = row * ${s} + col * ${i} + depth + ${m};
        vec2 uv = uvFromFlat(${p}, ${f}, index);
        return sampleTexture(${o}, uv);
      }
  `}function Zl(r,e){let t=r.name,o="get"+t.charAt(0).toUpperCase()+t.slice(1),n=M();if(e)return`
    vec4 ${o}(int b2, int b, int row, int col) {
      int valuesPerRow = int(ceil(float(${t}Shape[3]) / 2.0));
      int texelsInBatch = valuesPerRow * int(ceil(float(${t}Shape[2]) / 2.0));
      int index = b * texelsInBatch + (row / 2) * valuesPerRow + (col / 2);
      texelsInBatch *= ${t}Shape[1];
      index = b2 * texelsInBatch + index;
      ivec2 packedTexShape = ivec2(ceil(float(${t}TexShape[0]) / 2.0), ceil(float(${t}TexShape[1]) / 2.0));
      int texR = index / packedTexShape[1];
      int texC = index - texR * packedTexShape[1];
      vec2 uv = (vec2(texC, texR) + halfCR) / vec2(packedTexShape[1], packedTexShape[0]); return ${n.texture2D}(${t}, uv);
    }
  `;let s=r.shapeInfo.logicalShape,i=s.length,l=r.shapeInfo.texShape,a=[Math.ceil(l[0]/2),Math.ceil(l[1]/2)],u=a[0],c=a[1],p=Math.ceil(s[i-1]/2),f=p*Math.ceil(s[i-2]/2),d="int b, int row, int col",m=`b * ${f} + (row / 2) * ${p} + (col / 2)`;for(let g=2;g<i-1;g++)d=`int b${g}, `+d,f*=s[i-g-1],m=`b${g} * ${f} + `+m;return`
    vec4 ${o}(${d}) {
      int index = ${m};
      int texR = index / ${c};
      int texC = index - texR * ${c};
      vec2 uv = (vec2(texC, texR) + halfCR) / vec2(${c}, ${u});
      return ${n.texture2D}(${t}, uv);
    }
  `}function Jl(r,e){let t=r.shapeInfo.logicalShape,o=r.name,n="get"+o.charAt(0).toUpperCase()+o.slice(1),s=t[3],i=t[2]*s,l=t[1]*i,{newShape:a,keptDims:u}=xe(t);if(a.length<t.length){let x=Ze(r,a),S=["row","col","depth","depth2"];return`
      ${Ye(x,e)}
      float ${n}(int row, int col, int depth, int depth2) {
        return ${n}(${Je(S,u)});
      }
    `}if(r.shapeInfo.isUniform)return`
      float ${n}(int row, int col, int depth, int depth2) {
        int index = round(dot(vec4(row, col, depth, depth2),
                          vec4(${l}, ${i}, ${s}, 1)));
        ${Qe(r)}
      }
    `;let c=r.shapeInfo.flatOffset,p=r.shapeInfo.texShape,f=p[0],d=p[1],m=`int stride2 = ${o}Shape[3];`,g=`int stride1 = ${o}Shape[2] * stride2;`,C=`int stride0 = ${o}Shape[1] * stride1;`;if(d===l&&c==null)return e?`
      float ${n}(int row, int col, int depth, int depth2) {
        ${m}
        ${g}
        float texR = float(row);
        float texC =
            dot(vec3(col, depth, depth2),
                vec3(stride1, stride2, 1));
        vec2 uv = (vec2(texC, texR) + halfCR) /
                   vec2(${o}TexShape[1], ${o}TexShape[0]);
        return sampleTexture(${o}, uv);
      }
    `:`
      float ${n}(int row, int col, int depth, int depth2) {
        float texR = float(row);
        float texC =
            dot(vec3(col, depth, depth2),
                vec3(${i}, ${s}, 1));
        vec2 uv = (vec2(texC, texR) + halfCR) /
                   vec2(${d}.0, ${f}.0);
        return sampleTexture(${o}, uv);
      }
    `;if(d===s&&c==null)return e?`
      float ${n}(int row, int col, int depth, int depth2) {
        float texR = dot(vec3(row, col, depth),
                         vec3(${o}Shape[1] * ${o}Shape[2], ${o}Shape[2], 1));
        float texC = float(depth2);
        vec2 uv = (vec2(texC, texR) + halfCR) /
                  vec2(${o}TexShape[1], ${o}TexShape[0]);
        return sampleTexture(${o}, uv);
      }
    `:`
      float ${n}(int row, int col, int depth, int depth2) {
        float texR = dot(vec3(row, col, depth),
                         vec3(${t[1]*t[2]}, ${t[2]}, 1));
        float texC = float(depth2);
        vec2 uv = (vec2(texC, texR) + halfCR) /
                  vec2(${d}.0, ${f}.0);
        return sampleTexture(${o}, uv);
      }
    `;let h=Be(o);return e?`
    float ${n}(int row, int col, int depth, int depth2) {
      // Explicitly use integer operations as dot() only works on floats.
      ${m}
      ${g}
      ${C}
      int index = row * stride0 + col * stride1 +
          depth * stride2 + depth2;
      vec2 uv = uvFromFlat(${o}TexShape[0], ${o}TexShape[1], index + ${h});
      return sampleTexture(${o}, uv);
    }
  `:`
    float ${n}(int row, int col, int depth, int depth2) {
      // Explicitly use integer operations as dot() only works on floats.
      int index = row * ${l} + col * ${i} +
          depth * ${s} + depth2;
      vec2 uv = uvFromFlat(${f}, ${d}, index + ${h});
      return sampleTexture(${o}, uv);
    }
  `}function eu(r){let e=r.shapeInfo.logicalShape,t=r.name,o="get"+t.charAt(0).toUpperCase()+t.slice(1),n=e[4],s=e[3]*n,i=e[2]*s,l=e[1]*i,{newShape:a,keptDims:u}=xe(e);if(a.length<e.length){let g=Ze(r,a),C=["row","col","depth","depth2","depth3"];return`
      ${Ye(g)}
      float ${o}(int row, int col, int depth, int depth2, int depth3) {
        return ${o}(${Je(C,u)});
      }
    `}if(r.shapeInfo.isUniform)return`
      float ${o}(int row, int col, int depth, int depth2, int depth3) {
        float index = dot(
          vec4(row, col, depth, depth2),
          vec4(${l}, ${i}, ${s}, ${n})) +
          depth3;
        ${Qe(r)}
      }
    `;let c=r.shapeInfo.flatOffset,p=r.shapeInfo.texShape,f=p[0],d=p[1];if(d===l&&c==null)return`
      float ${o}(int row, int col, int depth, int depth2, int depth3) {
        int texR = row;
        float texC = dot(vec4(col, depth, depth2, depth3),
                         vec4(${i}, ${s}, ${n}, 1));
        vec2 uv = (vec2(texC, texR) + halfCR) /
                   vec2(${d}.0, ${f}.0);
        return sampleTexture(${t}, uv);
      }
    `;if(d===n&&c==null)return`
      float ${o}(int row, int col, int depth, int depth2, int depth3) {
        float texR = dot(
          vec4(row, col, depth, depth2),
          vec4(${e[1]*e[2]*e[3]},
               ${e[2]*e[3]}, ${e[3]}, 1));
        int texC = depth3;
        vec2 uv = (vec2(texC, texR) + halfCR) /
                  vec2(${d}.0, ${f}.0);
        return sampleTexture(${t}, uv);
      }
    `;let m=Be(t);return`
    float ${o}(int row, int col, int depth, int depth2, int depth3) {
      // Explicitly use integer operations as dot() only works on floats.
      int index = row * ${l} + col * ${i} + depth * ${s} +
          depth2 * ${n} + depth3 + ${m};
      vec2 uv = uvFromFlat(${f}, ${d}, index);
      return sampleTexture(${t}, uv);
    }
  `}function tu(r){let e=r.shapeInfo.logicalShape,t=r.name,o="get"+t.charAt(0).toUpperCase()+t.slice(1),{newShape:n,keptDims:s}=xe(e);if(n.length<e.length){let C=Ze(r,n),h=["row","col","depth","depth2","depth3","depth4"];return`
      ${Ye(C)}
      float ${o}(int row, int col, int depth,
                    int depth2, int depth3, int depth4) {
        return ${o}(${Je(h,s)});
      }
    `}let i=e[5],l=e[4]*i,a=e[3]*l,u=e[2]*a,c=e[1]*u;if(r.shapeInfo.isUniform)return`
      float ${o}(int row, int col, int depth,
                  int depth2, int depth3, int depth4) {
        int index = round(dot(
          vec4(row, col, depth, depth2),
          vec4(${c}, ${u}, ${a}, ${l})) +
          dot(
            vec2(depth3, depth4),
            vec2(${i}, 1)));
        ${Qe(r)}
      }
    `;let p=r.shapeInfo.flatOffset,f=r.shapeInfo.texShape,d=f[0],m=f[1];if(m===c&&p==null)return`
      float ${o}(int row, int col, int depth,
                    int depth2, int depth3, int depth4) {
        int texR = row;
        float texC = dot(vec4(col, depth, depth2, depth3),
          vec4(${u}, ${a}, ${l}, ${i})) +
               float(depth4);
        vec2 uv = (vec2(texC, texR) + halfCR) /
                   vec2(${m}.0, ${d}.0);
        return sampleTexture(${t}, uv);
      }
    `;if(m===i&&p==null)return`
      float ${o}(int row, int col, int depth,
                    int depth2, int depth3, int depth4) {
        float texR = dot(vec4(row, col, depth, depth2),
          vec4(${e[1]*e[2]*e[3]*e[4]},
               ${e[2]*e[3]*e[4]},
               ${e[3]*e[4]},
               ${e[4]})) + float(depth3);
        int texC = depth4;
        vec2 uv = (vec2(texC, texR) + halfCR) /
                  vec2(${m}.0, ${d}.0);
        return sampleTexture(${t}, uv);
      }
    `;let g=Be(t);return`
    float ${o}(int row, int col, int depth,
                  int depth2, int depth3, int depth4) {
      // Explicitly use integer operations as dot() only works on floats.
      int index = row * ${c} + col * ${u} + depth * ${a} +
          depth2 * ${l} + depth3 * ${i} + depth4 + ${g};
      vec2 uv = uvFromFlat(${d}, ${m}, index);
      return sampleTexture(${t}, uv);
    }
  `}function Qe(r){let e=r.name,t=I(r.shapeInfo.logicalShape);return t<2?`return ${e};`:`
    for (int i = 0; i < ${t}; i++) {
      if (i == index) {
        return ${e}[i];
      }
    }
  `}function ru(r,e){let t=r.name,o=t.charAt(0).toUpperCase()+t.slice(1),n="get"+o+"AtOutCoords",s=r.shapeInfo.logicalShape.length,i=e.logicalShape.length,l=Ys(r.shapeInfo.logicalShape,e.logicalShape),a=O(i),u=i-s,c,p=["x","y","z","w","u","v"];s===0?c="":i<2&&l.length>=1?c="coords = 0;":c=l.map(x=>`coords.${p[x+u]} = 0;`).join(`
`);let f="";i<2&&s>0?f="coords":f=r.shapeInfo.logicalShape.map((x,S)=>`coords.${p[S+u]}`).join(", ");let d="return outputValue;",g=I(r.shapeInfo.logicalShape)===1,h=I(e.logicalShape)===1;if(s===1&&!g&&!h)d=`
      return vec4(outputValue.xy, outputValue.xy);
    `;else if(g&&!h)i===1?d=`
        return vec4(outputValue.x, outputValue.x, 0., 0.);
      `:d=`
        return vec4(outputValue.x);
      `;else if(l.length){let x=s-2,S=s-1;l.indexOf(x)>-1&&l.indexOf(S)>-1?d="return vec4(outputValue.x);":l.indexOf(x)>-1?d="return vec4(outputValue.x, outputValue.y, outputValue.x, outputValue.y);":l.indexOf(S)>-1&&(d="return vec4(outputValue.xx, outputValue.zz);")}return`
    vec4 ${n}() {
      ${a} coords = getOutputCoords();
      ${c}
      vec4 outputValue = get${o}(${f});
      ${d}
    }
  `}function ou(r,e){let t=r.name,o=t.charAt(0).toUpperCase()+t.slice(1),n="get"+o+"AtOutCoords",s=e.texShape,i=r.shapeInfo.texShape,l=r.shapeInfo.logicalShape.length,a=e.logicalShape.length;if(!r.shapeInfo.isUniform&&l===a&&r.shapeInfo.flatOffset==null&&G(i,s))return`
      float ${n}() {
        return sampleTexture(${t}, resultUV);
      }
    `;let u=O(a),c=Ys(r.shapeInfo.logicalShape,e.logicalShape),p=a-l,f,d=["x","y","z","w","u","v"];l===0?f="":a<2&&c.length>=1?f="coords = 0;":f=c.map(g=>`coords.${d[g+p]} = 0;`).join(`
`);let m="";return a<2&&l>0?m="coords":m=r.shapeInfo.logicalShape.map((g,C)=>`coords.${d[C+p]}`).join(", "),`
    float ${n}() {
      ${u} coords = getOutputCoords();
      ${f}
      return get${o}(${m});
    }
  `}function O(r){if(r<=1)return"int";if(r===2)return"ivec2";if(r===3)return"ivec3";if(r===4)return"ivec4";if(r===5)return"ivec5";if(r===6)return"ivec6";throw Error(`GPU for rank ${r} is not yet supported`)}function zt(r,e,t){let{newShape:o,keptDims:n}=xe(e),s=e.length,i=r&&s===3&&e[0]===1,l=i?e.slice(1):o,a=!r&&s>1&&!G(e,t)&&o.length<s||i;return{useSqueezeShape:a,uniformShape:a?l:e,keptDims:n}}function Ze(r,e){let t=JSON.parse(JSON.stringify(r));return t.shapeInfo.logicalShape=e,t}function Je(r,e){return e.map(t=>r[t]).join(", ")}function ti(r,e,t,o){let n=t.map((c,p)=>{let f={logicalShape:c.shape,texShape:c.isUniform?null:c.texData.texShape,isUniform:c.isUniform,isPacked:c.isUniform?!1:c.texData.isPacked,flatOffset:null};return c.texData!=null&&c.texData.slice!=null&&c.texData.slice.flatOffset>0&&(f.flatOffset=c.texData.slice.flatOffset),{name:e.variableNames[p],shapeInfo:f}}),s=n.map(c=>c.shapeInfo),i={logicalShape:o.shape,texShape:o.texData.texShape,isUniform:!1,isPacked:o.texData.isPacked,flatOffset:null},l=Qs(n,i,e),a=ys(r.gl,l),u=r.createProgram(a);return $().get("ENGINE_COMPILE_ONLY")?{program:e,fragmentShader:a,source:l,webGLProgram:u,inShapeInfos:s,outShapeInfo:i,variablesLocations:null,customUniformLocations:null,infLoc:null,nanLoc:null,outShapeLocation:null,outShapeStridesLocation:null,outTexShapeLocation:null}:(r.buildVao(u),Object.assign({program:e,fragmentShader:a,source:l,webGLProgram:u,inShapeInfos:s,outShapeInfo:i},$o(r,e,u)))}function $o(r,e,t){let o=[],n=[],s,i,l,a=null,u=null;u=r.getUniformLocation(t,"NAN",!1),$().getNumber("WEBGL_VERSION")===1&&(a=r.getUniformLocation(t,"INFINITY",!1));let c=!1;for(let p of e.variableNames){let f={name:p,uniform:r.getUniformLocation(t,p,c),offset:r.getUniformLocation(t,`offset${p}`,c)};e.enableShapeUniforms&&(f.shape=r.getUniformLocation(t,`${p}Shape`,c),f.texShape=r.getUniformLocation(t,`${p}TexShape`,c)),o.push(f)}if(e.enableShapeUniforms&&(s=r.getUniformLocation(t,"outShape",c),l=r.getUniformLocation(t,"outShapeStrides",c),i=r.getUniformLocation(t,"outTexShape",c)),e.customUniforms)for(let p of e.customUniforms)n.push(r.getUniformLocation(t,p.name,c));return{variablesLocations:o,customUniformLocations:n,infLoc:a,nanLoc:u,outShapeLocation:s,outShapeStridesLocation:l,outTexShapeLocation:i}}function ei(r,e){if(r.length!==e.length)throw Error(`Binary was compiled with ${r.length} inputs, but was executed with ${e.length} inputs`);r.forEach((t,o)=>{let n=t.logicalShape,s=e[o],i=s.shape;if(!G(n,i))throw Error(`Binary was compiled with different shapes than the current args. Shapes ${n} and ${i} must match`);if(t.isUniform&&s.isUniform)return;let l=t.texShape,a=s.isUniform?null:s.texData.texShape;if(!G(l,a))throw Error(`Binary was compiled with different texture shapes than the current args. Shape ${l} and ${a} must match`)})}function ri(r,e,t,o,n){e.program.enableShapeUniforms||(ei(e.inShapeInfos,t),ei([e.outShapeInfo],[o]));let s=o.texData.texture,i=o.texData.texShape;o.texData.isPacked?r.setOutputPackedMatrixTexture(s.texture,i[0],i[1]):r.setOutputMatrixTexture(s.texture,i[0],i[1]),r.setProgram(e.webGLProgram),r.bindVertexArray(e.webGLProgram.vao),$().getNumber("WEBGL_VERSION")===1&&e.infLoc!==null&&r.gl.uniform1f(e.infLoc,1/0),e.nanLoc!==null&&r.gl.uniform1f(e.nanLoc,NaN);for(let a=0;a<t.length;++a){let u=t[a],{uniform:c,offset:p,shape:f,texShape:d}=e.variablesLocations[a];if(f){let{uniformShape:m}=zt(e.program.packedInputs,u.shape,u.texData.texShape);switch(m.length){case 1:r.gl.uniform1iv(f,new Int32Array(m));break;case 2:r.gl.uniform2iv(f,new Int32Array(m));break;case 3:r.gl.uniform3iv(f,new Int32Array(m));break;case 4:r.gl.uniform4iv(f,new Int32Array(m));break;default:break}}if(d&&r.gl.uniform2i(d,u.texData.texShape[0],u.texData.texShape[1]),c!=null){if(u.isUniform){if(I(u.shape)<2)r.gl.uniform1f(c,u.uniformValues[0]);else{let m=u.uniformValues;m instanceof Float32Array||(m=new Float32Array(m)),r.gl.uniform1fv(c,m)}continue}u.texData.slice!=null&&p!=null&&r.gl.uniform1i(p,u.texData.slice.flatOffset),r.setInputMatrixTexture(u.texData.texture.texture,c,a)}}let l=e.outShapeLocation;if(l)switch(o.shape.length){case 1:r.gl.uniform1iv(l,new Int32Array(o.shape));break;case 2:r.gl.uniform2iv(l,new Int32Array(o.shape));break;case 3:r.gl.uniform3iv(l,new Int32Array(o.shape));break;case 4:r.gl.uniform4iv(l,new Int32Array(o.shape));break;default:break}if(e.outShapeStridesLocation){let a=ge(o.shape);switch(o.shape.length){case 2:r.gl.uniform1iv(e.outShapeStridesLocation,new Int32Array(a));break;case 3:r.gl.uniform2iv(e.outShapeStridesLocation,new Int32Array(a));break;case 4:r.gl.uniform3iv(e.outShapeStridesLocation,new Int32Array(a));break;default:break}}if(e.outTexShapeLocation&&r.gl.uniform2i(e.outTexShapeLocation,o.texData.texShape[0],o.texData.texShape[1]),e.program.customUniforms&&n)for(let a=0;a<e.program.customUniforms.length;++a){let u=e.program.customUniforms[a],c=e.customUniformLocations[a],p=n[a];if(u.type==="float")r.gl.uniform1fv(c,p);else if(u.type==="vec2")r.gl.uniform2fv(c,p);else if(u.type==="vec3")r.gl.uniform3fv(c,p);else if(u.type==="vec4")r.gl.uniform4fv(c,p);else if(u.type==="int")r.gl.uniform1iv(c,p);else if(u.type==="ivec2")r.gl.uniform2iv(c,p);else if(u.type==="ivec3")r.gl.uniform3iv(c,p);else if(u.type==="ivec4")r.gl.uniform4iv(c,p);else throw Error(`uniform type ${u.type} is not supported yet.`)}r.executeProgram()}function oi(r,e,t){let o="";e.concat(t).forEach(i=>{let l=i.texData!=null&&i.texData.slice!=null&&i.texData.slice.flatOffset>0;if(r.enableShapeUniforms&&!i.isUniform){let a=i.texData.texShape,{useSqueezeShape:u,uniformShape:c,keptDims:p}=zt(r.packedInputs,i.shape,a),f="",d="",m="";if(c.length===1&&r.packedInputs){let b=[Math.ceil(a[0]/2),Math.ceil(a[1]/2)];f=`${b[0]>1}_${b[1]>1}`}else if(c.length===2&&!r.packedInputs)d=`${c[0]>1}_${c[1]>1}`;else if(c.length>2&&!r.packedInputs){let b=ge(c);m=`${b[0]===a[1]}_${b[b.length-1]===a[1]}`}let g=i.shape.length,C=c.length===2&&G(i.shape,a),h=I(i.shape)===1,x=Ft(i.shape,t.shape),S=!r.packedInputs&&g===t.shape.length&&G(a,t.texData.texShape),v=r.packedInputs||c.length>2?"":`${a[0]>1}_${a[1]>1}`;o+=`${g}_${S}_${u?p:""}_${c.length}_${h}_${x}_${C}_${f}_${d}_${m}_${v}_${l}`}else{let a=i.isUniform?"uniform":i.texData.texShape;o+=`${i.shape}_${a}_${l}`}});let n=r.userCode,s=r.constructor.name;return s+="_"+o+"_"+n+`${$().getNumber("WEBGL_VERSION")}`,s}function D(r){return $().getBool("WEBGL_USE_SHAPES_UNIFORMS")&&r<=4}var Xt=class{constructor(e){this.variableNames=["A"],this.packedInputs=!1,this.packedOutput=!0,this.outPackingScheme=Ie.DENSE,this.customUniforms=[{name:"texShape",type:"ivec2"}];let t=M();this.outputShape=e,this.enableShapeUniforms=D(this.outputShape.length),this.userCode=`
      ivec3 outCoordsFromFlatIndex(int index) {
        ${this.enableShapeUniforms?Ue(["r","c","d"],e):ie(["r","c","d"],e)}
        return ivec3(r, c, d);
      }

      void main() {
        ivec2 resTexRC = ivec2(resultUV.yx * vec2(texShape[0], texShape[1]));
        int index = 4 * (resTexRC.x * texShape[1] + resTexRC.y);

        vec4 result = vec4(0.);

        for (int i=0; i<4; i++) {
          int flatIndex = index + i;
          ivec3 rc = outCoordsFromFlatIndex(flatIndex);
          result[i] = getA(rc.x, rc.y, rc.z);
        }

        ${t.output} = result;
      }
    `}};var Ht=class{constructor(e){this.variableNames=["A"],this.packedInputs=!0,this.packedOutput=!0,this.outPackingScheme=Ie.DENSE,this.customUniforms=[{name:"texShape",type:"ivec2"}];let t=M();this.outputShape=e,this.enableShapeUniforms=D(this.outputShape.length),this.userCode=`
      ivec3 outCoordsFromFlatIndex(int index) {
        ${this.enableShapeUniforms?Ue(["r","c","d"],e):ie(["r","c","d"],e)}
        return ivec3(r, c, d);
      }

      void main() {
        ivec2 resTexRC = ivec2(resultUV.yx * vec2(texShape[0], texShape[1]));
        int index = 4 * (resTexRC.x * texShape[1] + resTexRC.y);

        vec4 result = vec4(0.);

        for (int i=0; i<4; i++) {
          int flatIndex = index + i;
          ivec3 rc = outCoordsFromFlatIndex(flatIndex);
          result[i] = getChannel(getA(rc.x, rc.y, rc.z), vec2(rc.y, rc.z));
        }

        ${t.output} = result;
      }
    `}};var Kt=class{constructor(e){this.variableNames=["A"],this.outTexUsage=q.DOWNLOAD;let t=M();this.outputShape=e,this.userCode=`
      ${Gt}

      void main() {
        float x = getAAtOutCoords();
        ${t.output} = encode_float(x);
      }
    `}};var qt=class{constructor(e){this.variableNames=["A"],this.packedInputs=!0,this.packedOutput=!1,this.outTexUsage=q.DOWNLOAD;let t=M();this.outputShape=e,this.userCode=`
      ${Gt}

      void main() {
        ivec3 coords = getOutputCoords();
        float x = getChannel(getAAtOutCoords(), vec2(coords.y, coords.z));
        ${t.output} = encode_float(x);
      }
    `}};var iu={R:0,G:1,B:2,A:3},bt=class{constructor(e,t=!1,o="RGBA"){this.variableNames=["A"],this.customUniforms=[{name:"texShape",type:"ivec2"}];let n=M();this.outputShape=e,this.enableShapeUniforms=D(this.outputShape.length);let s="result";t&&(s="floor(result * 255. + 0.5)");let i="";for(let l=0;l<o.length;l++){let a=o[l];i+=`
          if(offset == ${l}) {
            result = values[${iu[a]}];
          }`}this.userCode=`
      ${this.enableShapeUniforms?qe():Ke(e)}

      void main() {
        ivec3 coords = getOutputCoords();
        int flatIndex = getFlatIndex(coords);
        float result = 0.;
        int offset = imod(flatIndex, ${o.length});

        flatIndex = idiv(flatIndex, ${o.length}, 1.);

        int r = flatIndex / texShape[1];
        if (r < texShape[0]) {
          int c = imod(flatIndex, texShape[1]);
          vec2 uv = (vec2(c, r) + halfCR) / vec2(texShape[1], texShape[0]);
          vec4 values = ${n.texture2D}(A, uv);
          ${i}
        }
        ${n.output} = vec4(${s}, 0., 0., 0.);
      }
    `}};var jt=class{constructor(e,t=!1){this.variableNames=["A"],this.packedInputs=!1,this.packedOutput=!0,this.customUniforms=[{name:"texShape",type:"ivec2"}];let o=M();this.outputShape=e,this.enableShapeUniforms=D(this.outputShape.length);let n="",s="result";t&&(s="floor(result * 255. + 0.5)");for(let i=0;i<=1;i++)for(let l=0;l<=1;l++){let a=i*2+l;n+=`
          localCoords = coords;
          if(localCoords[2] + ${l} < ${this.enableShapeUniforms?"outShape[2]":`${e[2]}`}) {
          localCoords[2] += ${l};
          if (localCoords[1] + ${i} < ${this.enableShapeUniforms?"outShape[1]":`${e[1]}`}) {
            localCoords[1] += ${i};

            flatIndex = getFlatIndex(localCoords);
            offset = imod(flatIndex, 4);

            flatIndex = idiv(flatIndex, 4, 1.);

            int r = flatIndex / texShape[1];
            int c = imod(flatIndex, texShape[1]);
            vec2 uv = (vec2(c, r) + halfCR) / vec2(texShape[1], texShape[0]);
            values = ${o.texture2D}(A, uv);

            if (offset == 0) {
              result[${a}] = values[0];
            } else if (offset == 1) {
              result[${a}] = values[1];
            } else if (offset == 2) {
              result[${a}] = values[2];
            } else {
              result[${a}] = values[3];
            }
          }
        }
        `}this.userCode=`
        ${this.enableShapeUniforms?qe():Ke(e)}

        void main() {
          ivec3 coords = getOutputCoords();

          vec4 result = vec4(0.);
          int flatIndex, r, c, offset;
          ivec3 localCoords;
          vec2 uv;
          vec4 values;

          ${n}

          ${o.output} = ${s};
        }
    `}};function ni(r){let e=M(),t=`${e.version}
    precision highp float;
    ${e.attribute} vec3 clipSpacePos;
    ${e.attribute} vec2 uv;
    ${e.varyingVs} vec2 resultUV;

    void main() {
      gl_Position = vec4(clipSpacePos, 1);
      resultUV = uv;
    }`;return Ns(r,t)}function si(r){let e=new Float32Array([-1,1,0,0,1,-1,-1,0,0,0,1,1,0,1,1,1,-1,0,1,0]);return Fs(r,e)}function ii(r){let e=new Uint16Array([0,1,2,2,1,3]);return Ds(r,e)}function Et(r,e,t,o,n,s){Ls(e,t);let i=Ps(r),l=r.TEXTURE_2D;return T(r,()=>r.bindTexture(l,i)),T(r,()=>r.texParameteri(l,r.TEXTURE_WRAP_S,r.CLAMP_TO_EDGE)),T(r,()=>r.texParameteri(l,r.TEXTURE_WRAP_T,r.CLAMP_TO_EDGE)),T(r,()=>r.texParameteri(l,r.TEXTURE_MIN_FILTER,r.NEAREST)),T(r,()=>r.texParameteri(l,r.TEXTURE_MAG_FILTER,r.NEAREST)),$().getNumber("WEBGL_VERSION")===1?T(r,()=>r.texImage2D(l,0,o,e,t,0,n,s,null)):T(r,()=>r.texStorage2D(l,1,o,e,t)),T(r,()=>r.bindTexture(r.TEXTURE_2D,null)),{texture:i,texShape:[t,e]}}function vo(r){return r.internalFormatFloat}function ai(r,e,t,o){let[n,s]=Pe(e,t);return Et(r,n,s,vo(o),o.textureFormatFloat,r.FLOAT)}function To(r){return r.internalFormatHalfFloat}function li(r,e,t,o){let[n,s]=Pe(e,t);return Et(r,n,s,To(o),o.textureFormatFloat,o.textureTypeHalfFloat)}function bo(r){return r.downloadTextureFormat}function ui(r,e,t,o){let[n,s]=Pe(e,t);return Et(r,n,s,bo(o),r.RGBA,r.UNSIGNED_BYTE)}function Eo(r){return r.internalFormatPackedFloat}function ci(r,e,t,o){let[n,s]=pe(e,t);return Et(r,n,s,Eo(o),r.RGBA,r.FLOAT)}function So(r){return r.internalFormatPackedHalfFloat}function pi(r,e,t,o){let[n,s]=pe(e,t);return Et(r,n,s,So(o),r.RGBA,o.textureTypeHalfFloat)}function di(r,e,t){return T(r,()=>r.bindBuffer(r.ARRAY_BUFFER,t)),xo(r,e,"clipSpacePos",t,3,20,0)&&xo(r,e,"uv",t,2,20,12)}function fi(r,e,t,o,n,s){T(r,()=>r.bindTexture(r.TEXTURE_2D,e));let i,l,a;n instanceof Uint8Array?(i=new Uint8Array(t*o*4),l=r.UNSIGNED_BYTE,a=r.RGBA):(i=new Float32Array(t*o*4),l=r.FLOAT,a=s.internalFormatPackedFloat),i.set(n),$().getNumber("WEBGL_VERSION")===2?T(r,()=>r.texSubImage2D(r.TEXTURE_2D,0,0,0,t,o,r.RGBA,l,i)):T(r,()=>r.texImage2D(r.TEXTURE_2D,0,a,t,o,0,r.RGBA,l,i)),T(r,()=>r.bindTexture(r.TEXTURE_2D,null))}function mi(r,e,t){T(r,()=>r.bindTexture(r.TEXTURE_2D,e)),t.data instanceof Uint8Array?$().getNumber("WEBGL_VERSION")===2?T(r,()=>r.texSubImage2D(r.TEXTURE_2D,0,0,0,t.width,t.height,r.RGBA,r.UNSIGNED_BYTE,t.data)):T(r,()=>r.texImage2D(r.TEXTURE_2D,0,r.RGBA,t.width,t.height,0,r.RGBA,r.UNSIGNED_BYTE,t.data)):$().getNumber("WEBGL_VERSION")===2?T(r,()=>r.texSubImage2D(r.TEXTURE_2D,0,0,0,r.RGBA,r.UNSIGNED_BYTE,t)):T(r,()=>r.texImage2D(r.TEXTURE_2D,0,r.RGBA,r.RGBA,r.UNSIGNED_BYTE,t)),T(r,()=>r.bindTexture(r.TEXTURE_2D,null))}function hi(r,e,t,o){let n=r.createBuffer();T(r,()=>r.bindBuffer(r.PIXEL_PACK_BUFFER,n));let l=4*4*e*t;return T(r,()=>r.bufferData(r.PIXEL_PACK_BUFFER,l,r.STREAM_READ)),T(r,()=>r.readPixels(0,0,t,e,r.RGBA,r.FLOAT,0)),T(r,()=>r.bindBuffer(r.PIXEL_PACK_BUFFER,null)),n}function xi(r,e,t){let o=r,n=new Float32Array(t);return o.bindBuffer(o.PIXEL_PACK_BUFFER,e),o.getBufferSubData(o.PIXEL_PACK_BUFFER,0,n),o.bindBuffer(o.PIXEL_PACK_BUFFER,null),n}function gi(r,e,t,o){let[n,s]=Pe(e,t),i=4,l=new Uint8Array(Is(e*t,i));return T(r,()=>r.readPixels(0,0,n,s,o.downloadTextureFormat,r.UNSIGNED_BYTE,l)),new Float32Array(l.buffer)}function Ci(r,e,t,o,n,s,i,l){let a=r,u=new Float32Array(ws(s,i));return a.bindBuffer(a.PIXEL_PACK_BUFFER,e),a.getBufferSubData(a.PIXEL_PACK_BUFFER,0,u),a.bindBuffer(a.PIXEL_PACK_BUFFER,null),u}function $i(r,e,t){let o=new Float32Array(e*t*4);return T(r,()=>r.readPixels(0,0,t,e,r.RGBA,r.FLOAT,o)),o}var et=class{constructor(e){this.outputTexture=null,this.program=null,this.disposed=!1,this.itemsToPoll=[];let t=$().getNumber("WEBGL_VERSION");if(e!=null?(this.gl=e,Rs(t,e)):this.gl=Q(t),e=this.gl,$().getNumber("WEBGL_VERSION")===2){let s=e;this.createVertexArray=()=>T(s,()=>s.createVertexArray()),this.bindVertexArray=i=>T(s,()=>s.bindVertexArray(i)),this.deleteVertexArray=i=>T(s,()=>s.deleteVertexArray(i)),this.getVertexArray=()=>T(s,()=>s.getParameter(s.VERTEX_ARRAY_BINDING))}else if(e!=null){let s=e.getExtension("OES_vertex_array_object");if(s==null)throw new Error("All WebGL1 implementations are expected to offer OES_vertex_array_object.");this.createVertexArray=()=>T(e,()=>s.createVertexArrayOES()),this.bindVertexArray=i=>T(e,()=>s.bindVertexArrayOES(i)),this.deleteVertexArray=i=>T(e,()=>s.deleteVertexArrayOES(i)),this.getVertexArray=()=>T(e,()=>e.getParameter(s.VERTEX_ARRAY_BINDING_OES))}let o="WEBGL_color_buffer_float",n="EXT_color_buffer_half_float";if(this.parallelCompilationExtension=this.gl.getExtension("KHR_parallel_shader_compile"),$().getNumber("WEBGL_VERSION")===1){let s="OES_texture_float",i="OES_texture_half_float";if(this.textureFloatExtension=$t(this.gl,s),Z(this.gl,i))this.textureHalfFloatExtension=$t(this.gl,i);else if($().get("WEBGL_FORCE_F16_TEXTURES"))throw new Error("GL context does not support half float textures, yet the environment flag WEBGL_FORCE_F16_TEXTURES is set to true.");if(this.colorBufferFloatExtension=this.gl.getExtension(o),Z(this.gl,n))this.colorBufferHalfFloatExtension=$t(this.gl,n);else if($().get("WEBGL_FORCE_F16_TEXTURES"))throw new Error("GL context does not support color renderable half floats, yet the environment flag WEBGL_FORCE_F16_TEXTURES is set to true.")}else if(o="EXT_color_buffer_float",Z(this.gl,o))this.colorBufferFloatExtension=this.gl.getExtension(o);else if(Z(this.gl,n))this.colorBufferHalfFloatExtension=this.gl.getExtension(n);else throw new Error("GL context does not support color renderable floats");this.vertexBuffer=si(this.gl),this.indexBuffer=ii(this.gl),this.framebuffer=Us(this.gl),this.textureConfig=Ct(this.gl,this.textureHalfFloatExtension)}get debug(){return $().getBool("DEBUG")}dispose(){if(this.disposed)return;this.program!=null&&console.warn("Disposing a GPGPUContext that still has a bound WebGLProgram. This is probably a resource leak, delete the program with GPGPUContext.deleteProgram before disposing."),this.outputTexture!=null&&console.warn("Disposing a GPGPUContext that still has a bound output matrix texture.  This is probably a resource leak, delete the output matrix texture with GPGPUContext.deleteMatrixTexture before disposing.");let e=this.gl;T(e,()=>e.finish()),T(e,()=>e.bindFramebuffer(e.FRAMEBUFFER,null)),T(e,()=>e.deleteFramebuffer(this.framebuffer)),T(e,()=>e.bindBuffer(e.ARRAY_BUFFER,null)),T(e,()=>e.bindBuffer(e.ELEMENT_ARRAY_BUFFER,null)),T(e,()=>e.deleteBuffer(this.indexBuffer)),this.disposed=!0}createFloat32MatrixTexture(e,t){return this.throwIfDisposed(),ai(this.gl,e,t,this.textureConfig)}createFloat16MatrixTexture(e,t){return this.throwIfDisposed(),li(this.gl,e,t,this.textureConfig)}createUnsignedBytesMatrixTexture(e,t){return this.throwIfDisposed(),ui(this.gl,e,t,this.textureConfig)}uploadPixelDataToTexture(e,t){this.throwIfDisposed(),mi(this.gl,e,t)}uploadDenseMatrixToTexture(e,t,o,n){this.throwIfDisposed(),fi(this.gl,e,t,o,n,this.textureConfig)}createFloat16PackedMatrixTexture(e,t){return this.throwIfDisposed(),pi(this.gl,e,t,this.textureConfig)}createPackedMatrixTexture(e,t){return this.throwIfDisposed(),ci(this.gl,e,t,this.textureConfig)}deleteMatrixTexture(e){this.throwIfDisposed(),this.outputTexture===e&&(go(this.gl,this.framebuffer),this.outputTexture=null),T(this.gl,()=>this.gl.deleteTexture(e))}downloadByteEncodedFloatMatrixFromOutputTexture(e,t,o){return this.downloadMatrixDriver(e,()=>gi(this.gl,t,o,this.textureConfig))}downloadPackedMatrixFromBuffer(e,t,o,n,s,i){return Ci(this.gl,e,t,o,n,s,i,this.textureConfig)}downloadFloat32MatrixFromBuffer(e,t){return xi(this.gl,e,t)}createBufferFromTexture(e,t,o){this.bindTextureToFrameBuffer(e);let n=hi(this.gl,t,o,this.textureConfig);return this.unbindTextureToFrameBuffer(),n}createAndWaitForFence(){let e=this.createFence(this.gl);return this.pollFence(e)}createFence(e){let t,o;if($().getBool("WEBGL_FENCE_API_ENABLED")){let n=e,s=n.fenceSync(n.SYNC_GPU_COMMANDS_COMPLETE,0);e.flush(),o=()=>{let i=n.clientWaitSync(s,0,0);return i===n.ALREADY_SIGNALED||i===n.CONDITION_SATISFIED},t=s}else $().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_VERSION")>0?(t=this.beginQuery(),this.endQuery(),o=()=>this.isQueryAvailable(t,$().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_VERSION"))):o=()=>!0;return{query:t,isFencePassed:o}}downloadMatrixFromPackedTexture(e,t,o){return this.downloadMatrixDriver(e,()=>$i(this.gl,t,o))}createProgram(e){this.throwIfDisposed();let t=this.gl;this.vertexShader==null&&(this.vertexShader=ni(t));let o=Os(t);T(t,()=>t.attachShader(o,this.vertexShader)),T(t,()=>t.attachShader(o,e)),ks(t,o);let n=Object.assign(o,{vao:this.createVertexArray()});return this.debug&&Bt(t,n),n}buildVao(e){this.setProgram(e),this.bindVertexArray(e.vao);let t=this.gl;T(t,()=>t.bindBuffer(t.ELEMENT_ARRAY_BUFFER,this.indexBuffer)),di(t,e,this.vertexBuffer)}deleteProgram(e){this.throwIfDisposed(),e===this.program&&(this.program=null),e!=null&&(T(this.gl,()=>this.gl.deleteProgram(e)),this.deleteVertexArray(e.vao))}setProgram(e){this.throwIfDisposed(),this.program=e,this.program!=null&&this.debug&&Bt(this.gl,this.program),T(this.gl,()=>this.gl.useProgram(e))}getUniformLocation(e,t,o=!0){return this.throwIfDisposed(),o?Bs(this.gl,e,t):Ms(this.gl,e,t)}getAttributeLocation(e,t){return this.throwIfDisposed(),T(this.gl,()=>this.gl.getAttribLocation(e,t))}getUniformLocationNoThrow(e,t){return this.throwIfDisposed(),this.gl.getUniformLocation(e,t)}setInputMatrixTexture(e,t,o){this.throwIfDisposed(),this.throwIfNoProgram(),Vs(this.gl,e,t,o)}setOutputMatrixTexture(e,t,o){this.setOutputMatrixTextureDriver(e,o,t)}setOutputPackedMatrixTexture(e,t,o){this.throwIfDisposed();let[n,s]=pe(t,o);this.setOutputMatrixTextureDriver(e,n,s)}setOutputMatrixWriteRegion(e,t,o,n){this.setOutputMatrixWriteRegionDriver(o,e,n,t)}setOutputPackedMatrixWriteRegion(e,t,o,n){throw new Error("setOutputPackedMatrixWriteRegion not implemented.")}debugValidate(){this.program!=null&&Bt(this.gl,this.program),vt(this.gl)}executeProgram(){this.throwIfDisposed(),this.throwIfNoProgram();let e=this.gl;if(this.debug){let t=this.getVertexArray();console.assert(t===this.program.vao,"VAO changed between setProgram and executeProgram!"),this.debugValidate()}T(e,()=>e.drawElements(e.TRIANGLES,6,e.UNSIGNED_SHORT,0))}blockUntilAllProgramsCompleted(){this.throwIfDisposed(),T(this.gl,()=>this.gl.finish())}getQueryTimerExtension(){return this.disjointQueryTimerExtension==null&&(this.disjointQueryTimerExtension=$t(this.gl,$().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_VERSION")===2?"EXT_disjoint_timer_query_webgl2":"EXT_disjoint_timer_query")),this.disjointQueryTimerExtension}getQueryTimerExtensionWebGL2(){return this.getQueryTimerExtension()}getQueryTimerExtensionWebGL1(){return this.getQueryTimerExtension()}beginQuery(){if($().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_VERSION")===2){let o=this.gl,n=this.getQueryTimerExtensionWebGL2(),s=o.createQuery();return o.beginQuery(n.TIME_ELAPSED_EXT,s),s}let e=this.getQueryTimerExtensionWebGL1(),t=e.createQueryEXT();return e.beginQueryEXT(e.TIME_ELAPSED_EXT,t),t}endQuery(){if($().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_VERSION")===2){let t=this.gl,o=this.getQueryTimerExtensionWebGL2();t.endQuery(o.TIME_ELAPSED_EXT);return}let e=this.getQueryTimerExtensionWebGL1();e.endQueryEXT(e.TIME_ELAPSED_EXT)}async waitForQueryAndGetTime(e){return await Dr(()=>this.disposed||this.isQueryAvailable(e,$().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_VERSION"))),this.getQueryTime(e,$().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_VERSION"))}getQueryTime(e,t){if(t===0)return null;if(t===2){let o=this.gl;return o.getQueryParameter(e,o.QUERY_RESULT)/1e6}else{let o=this.getQueryTimerExtensionWebGL1();return o.getQueryObjectEXT(e,o.QUERY_RESULT_EXT)/1e6}}isQueryAvailable(e,t){if(t===0)return!0;if(t===2){let o=this.gl,n=this.getQueryTimerExtensionWebGL2(),s=o.getQueryParameter(e,o.QUERY_RESULT_AVAILABLE);return this.disjoint==null&&(this.disjoint=this.gl.getParameter(n.GPU_DISJOINT_EXT)),s&&!this.disjoint}else{let o=this.getQueryTimerExtensionWebGL1(),n=o.getQueryObjectEXT(e,o.QUERY_RESULT_AVAILABLE_EXT);return this.disjoint==null&&(this.disjoint=this.gl.getParameter(o.GPU_DISJOINT_EXT)),n&&!this.disjoint}}pollFence(e){return new Promise(t=>{this.addItemToPoll(()=>e.isFencePassed(),()=>t())})}pollItems(){let e=lu(this.itemsToPoll.map(t=>t.isDoneFn));for(let t=0;t<=e;++t){let{resolveFn:o}=this.itemsToPoll[t];o()}this.itemsToPoll=this.itemsToPoll.slice(e+1)}addItemToPoll(e,t){if(this.itemsToPoll.push({isDoneFn:e,resolveFn:t}),this.itemsToPoll.length>1)return;let o;"setTimeoutCustom"in $().platform&&(o=$().platform.setTimeoutCustom.bind($().platform)),Dr(()=>(this.pollItems(),this.itemsToPoll.length===0),()=>0,null,o)}bindTextureToFrameBuffer(e){this.throwIfDisposed(),Mt(this.gl,e,this.framebuffer),this.debug&&vt(this.gl)}unbindTextureToFrameBuffer(){this.outputTexture!=null?(Mt(this.gl,this.outputTexture,this.framebuffer),this.debug&&vt(this.gl)):go(this.gl,this.framebuffer)}downloadMatrixDriver(e,t){this.bindTextureToFrameBuffer(e);let o=t();return this.unbindTextureToFrameBuffer(),o}setOutputMatrixTextureDriver(e,t,o){this.throwIfDisposed();let n=this.gl;Mt(n,e,this.framebuffer),this.debug&&vt(n),this.outputTexture=e,T(n,()=>n.viewport(0,0,t,o)),T(n,()=>n.scissor(0,0,t,o))}setOutputMatrixWriteRegionDriver(e,t,o,n){this.throwIfDisposed(),T(this.gl,()=>this.gl.scissor(e,t,o,n))}throwIfDisposed(){if(this.disposed)throw new Error("Attempted to use disposed GPGPUContext.")}throwIfNoProgram(){if(this.program==null)throw new Error("No GPU program is currently set.")}};function lu(r){let e=0;for(;e<r.length&&r[e]();++e);return e-1}function _o(r,e){return["x","y","z","w","u","v"].slice(0,e).map(t=>`${r}.${t}`)}function V(r,e){return e===1?[r]:_o(r,e)}function vi(r,e){if(r===1)return"rc";let t="";for(let o=0;o<r;o++)t+=e[o],o<r-1&&(t+=",");return t}var Yt=class{constructor(e){if(this.variableNames=["A"],this.packedInputs=!1,this.packedOutput=!0,this.outputShape=e,this.rank=e.length,this.enableShapeUniforms=D(this.outputShape.length),this.rank===0)this.userCode=`
        void main() {
          setOutput(vec4(getA(), 0., 0., 0.));
        }
      `;else{let t=V("rc",this.rank),o=O(this.rank),n=this.getOutOfBoundsCondition(t),s=this.getSetup(t),i=this.getOutput(t);this.userCode=`
        void main() {
          ${o} rc = getOutputCoords();

          if(${n}) {
            setOutput(vec4(0));
          } else {
            ${s}

            setOutput(vec4(${i}));
          }
        }
      `}}getSourceCoordsArr(e){let t=[];for(let o=0;o<=1;o++)for(let n=0;n<=1;n++){let s=`${o===0?"r":"rp1"}, ${n===0?"c":"cp1"}`;for(let i=2;i<this.rank;i++)s=`${e[e.length-1-i]},`+s;t.push(s)}return t}getOutOfBoundsCondition(e){if(this.rank===1)return`rc > ${this.enableShapeUniforms?"outShape":this.outputShape[0]}`;let t="";for(let o=this.rank-2;o<this.rank;o++)t+=`${e[o]} >= ${this.enableShapeUniforms?`outShape[${o}]`:this.outputShape[o]}`,o<this.rank-1&&(t+="||");return t}getSetup(e){if(this.rank===1)return"";let t=e.slice(-2),o=this.enableShapeUniforms?`outShape[${this.rank} - 1]`:this.outputShape[this.rank-1],n=this.enableShapeUniforms?`outShape[${this.rank} - 2]`:this.outputShape[this.rank-2];return`
      int r = ${t[0]};
      int c = ${t[1]};
      int rp1 = r + 1;
      int cp1 = c + 1;

      bool cEdge = cp1 >= ${o};
      bool rEdge = rp1 >= ${n};
    `}getOutput(e){let t=this.getSourceCoordsArr(e);return this.rank===1?`getA(rc), (rc + 1 >= ${this.enableShapeUniforms?"outShape":this.outputShape[0]} ? 0. : getA(rc + 1)), 0, 0`:`getA(${t[0]}),
            cEdge ? 0. : getA(${t[1]}),
            rEdge ? 0. : getA(${t[2]}),
            rEdge || cEdge ? 0. : getA(${t[3]})`}};var tt=class{constructor(e,t){this.variableNames=["A"],this.packedInputs=!0,this.packedOutput=!0,this.customUniforms=[{name:"inputShape",type:"ivec3"}],this.outputShape=e,this.enableShapeUniforms=D(this.outputShape.length);let o="";for(let n=0;n<4;n++){let s="thisRC = rc;";n%2===1&&(s+="thisRC.z += 1;"),n>1&&(s+="thisRC.y += 1;"),o+=`
        ${s}
        ${n>0?"if(thisRC.y < rows && thisRC.z < cols){":""}
          int flatIndex = getFlatIndex(thisRC);

          ivec3 inputRC = inputCoordsFromReshapedOutCoords(flatIndex);
          vec2 inputRCInnerDims = vec2(float(inputRC.y),float(inputRC.z));

          result[${n}] =
            getChannel(getA(inputRC.x, inputRC.y, inputRC.z), inputRCInnerDims);
        ${n>0?"}":""}
      `}this.userCode=`
      ${uu(t,this.enableShapeUniforms)}
      ${this.enableShapeUniforms?qe():Ke(e)}

      void main() {
        ivec3 rc = getOutputCoords();

        vec4 result = vec4(0.);

        ivec3 thisRC;
        int rows = ${this.enableShapeUniforms?"outShape[1]":e[1]};
        int cols = ${this.enableShapeUniforms?"outShape[2]":e[2]};

        ${o}

        setOutput(result);
      }
    `}};function uu(r,e){return`
    ivec3 inputCoordsFromReshapedOutCoords(int index) {
      ${e?js(["r","c","d"],"inputShape"):ie(["r","c","d"],r)}
      return ivec3(r, c, d);
    }
  `}var Qt=class{constructor(e){this.gpgpu=e,this.numUsedTextures=0,this.numFreeTextures=0,this._numBytesAllocated=0,this._numBytesFree=0,this.freeTextures={},this.usedTextures={},this.logEnabled=!1}acquireTexture(e,t,o){let n=bi(t,o),s=Ei(e,n,o);s in this.freeTextures||(this.freeTextures[s]=[]),s in this.usedTextures||(this.usedTextures[s]=[]);let i=Ti(e,n,this.gpgpu.gl,this.gpgpu.textureConfig,o);if(this.freeTextures[s].length>0){this.numFreeTextures--,this.numUsedTextures++,this._numBytesFree-=i,this.log();let a=this.freeTextures[s].pop();return this.usedTextures[s].push(a),a}let l;return n===X.PACKED_2X2_FLOAT32?l=this.gpgpu.createPackedMatrixTexture(e[0],e[1]):n===X.PACKED_2X2_FLOAT16?l=this.gpgpu.createFloat16PackedMatrixTexture(e[0],e[1]):n===X.UNPACKED_FLOAT32?l=this.gpgpu.createFloat32MatrixTexture(e[0],e[1]):n===X.UNPACKED_FLOAT16?l=this.gpgpu.createFloat16MatrixTexture(e[0],e[1]):n===X.PACKED_4X1_UNSIGNED_BYTE&&(l=this.gpgpu.createUnsignedBytesMatrixTexture(e[0],e[1])),this.usedTextures[s].push(l),this.numUsedTextures++,this._numBytesAllocated+=i,this.log(),l}releaseTexture(e,t,o,n){if(this.freeTextures==null)return;let s=bi(o,n),i=Ei(t,s,n);i in this.freeTextures||(this.freeTextures[i]=[]);let l=Ti(t,s,this.gpgpu.gl,this.gpgpu.textureConfig,n),a=$().getNumber("WEBGL_DELETE_TEXTURE_THRESHOLD");a!==-1&&this._numBytesAllocated>a?(this.gpgpu.deleteMatrixTexture(e.texture),this._numBytesAllocated-=l):(this.freeTextures[i].push(e),this.numFreeTextures++,this._numBytesFree+=l),this.numUsedTextures--;let u=this.usedTextures[i],c=u&&u.indexOf(e);if(c==null||c<0)throw new Error("Cannot release a texture that was never provided by this texture manager");u[c]=u[u.length-1],u.pop(),this.log()}log(){if(!this.logEnabled)return;let e=this.numFreeTextures+this.numUsedTextures;console.log("Free/Used",`${this.numFreeTextures} / ${this.numUsedTextures}`,`(${e})`);let t=this._numBytesFree/this._numBytesAllocated;console.log(`Bytes allocated: ${this._numBytesAllocated}`),console.log(`Bytes unused: ${this._numBytesFree} (${Math.round(100*t)}%)`)}get numBytesAllocated(){return this._numBytesAllocated}get numBytesFree(){return this._numBytesFree}getNumUsedTextures(){return this.numUsedTextures}getNumFreeTextures(){return this.numFreeTextures}dispose(){if(this.freeTextures!=null){for(let e in this.freeTextures)this.freeTextures[e].forEach(t=>{this.gpgpu.deleteMatrixTexture(t.texture)});for(let e in this.usedTextures)this.usedTextures[e].forEach(t=>{this.gpgpu.deleteMatrixTexture(t.texture)});this.freeTextures=null,this.usedTextures=null,this.numUsedTextures=0,this.numFreeTextures=0,this._numBytesAllocated=0,this._numBytesFree=0}}};function cu(r,e){let t=r;if(e===t.R32F)return 4;if(e===t.R16F)return 2;if(e===t.RGBA32F)return 16;if(e===r.RGBA)return 16;if(e===t.RGBA16F)return 8;if(e===t.RGBA8)return 4;throw new Error(`Unknown internal format ${e}`)}function Ti(r,e,t,o,n){let s=pu(e,o),i;if(n){let[a,u]=pe(r[0],r[1]);i=a*u}else{let[a,u]=Pe(r[0],r[1]);i=a*u}let l=cu(t,s);return i*l}function pu(r,e){switch(r){case X.PACKED_2X2_FLOAT32:return Eo(e);case X.PACKED_2X2_FLOAT16:return So(e);case X.UNPACKED_FLOAT32:return vo(e);case X.UNPACKED_FLOAT16:return To(e);case X.PACKED_4X1_UNSIGNED_BYTE:return bo(e);default:throw new Error(`Unknown physical texture type ${r}`)}}function du(r){return $().getBool("WEBGL_RENDER_FLOAT32_ENABLED")?r?X.PACKED_2X2_FLOAT32:X.UNPACKED_FLOAT32:r?X.PACKED_2X2_FLOAT16:X.UNPACKED_FLOAT16}function bi(r,e){if(r===q.UPLOAD)return X.PACKED_2X2_FLOAT32;if(r===q.RENDER||r==null)return du(e);if(r===q.DOWNLOAD||r===q.PIXELS)return X.PACKED_4X1_UNSIGNED_BYTE;throw new Error(`Unknown logical texture type ${r}`)}function Ei(r,e,t){return`${r[0]}_${r[1]}_${e}_${t}`}var K=class{constructor(e,t){this.variableNames=["A"],this.outputShape=e,this.enableShapeUniforms=D(this.outputShape.length),this.userCode=`
      float unaryOperation(float x) {
        ${t}
      }

      void main() {
        float x = getAAtOutCoords();
        float y = unaryOperation(x);

        setOutput(y);
      }
    `}},Ne="if (isnan(x)) return x;",Si="return x;",Ro="return abs(x);";var _i="return (x >= 0.0) ? x : (exp(x) - 1.0);",Ri=Ne+`
  return (x < 0.0) ? 0.0 : x;
`,Ii=Ne+`
  return (x < 0.0) ? 0.0 : min(6.0, x);
`,de="return x;",wi="return 1.0 / (1.0 + exp(-1.0 * x));";var Ni="return x;",yi=`
  vec4 result;

  result.r = (x.r >= 0.0) ? x.r : (exp(x.r) - 1.0);
  result.g = (x.g >= 0.0) ? x.g : (exp(x.g) - 1.0);
  result.b = (x.b >= 0.0) ? x.b : (exp(x.b) - 1.0);
  result.a = (x.a >= 0.0) ? x.a : (exp(x.a) - 1.0);

  return result;
`,Oi=`
  vec4 result = x * vec4(greaterThanEqual(x, vec4(0.0)));
  bvec4 isNaN = isnan(x);

  result.r = isNaN.r ? x.r : result.r;
  result.g = isNaN.g ? x.g : result.g;
  result.b = isNaN.b ? x.b : result.b;
  result.a = isNaN.a ? x.a : result.a;

  return result;
`,ki=`
  vec4 result = min(x, vec4(6.)) * vec4(greaterThanEqual(x, vec4(0.0)));
  bvec4 isNaN = isnan(x);

  result.r = isNaN.r ? x.r : result.r;
  result.g = isNaN.g ? x.g : result.g;
  result.b = isNaN.b ? x.b : result.b;
  result.a = isNaN.a ? x.a : result.a;

  return result;
`,Fi="return 1.0 / (1.0 + exp(-1.0 * x));",j=class{constructor(e,t){this.variableNames=["A"],this.packedInputs=!0,this.packedOutput=!0,this.outputShape=e,this.enableShapeUniforms=D(this.outputShape.length),this.userCode=`
      vec4 unaryOperation(vec4 x) {
        ${t}
      }

      void main() {
        vec4 x = getAAtOutCoords();
        vec4 y = unaryOperation(x);

        setOutput(y);
      }
    `}};var Zt=class{constructor(e){this.variableNames=["A"],this.packedInputs=!0,this.packedOutput=!1,this.outputShape=e,this.enableShapeUniforms=D(this.outputShape.length);let t=e.length,o=V("rc",t),n=O(t),s=vi(t,o),i=o.slice(-2),l=t<=1?"rc":`vec2(${i.join(",")})`;this.userCode=`
      void main() {
        ${n} rc = getOutputCoords();
        vec4 packedInput = getA(${s});

        setOutput(getChannel(packedInput, ${l}));
      }
    `}};var mu=fs,hu=1e-7,xu=1e-4,Jt={};function gu(r){return r in Jt||(Jt[r]={}),Jt[r]}var Cu=$().getNumber("CPU_HANDOFF_SIZE_THRESHOLD"),$u=600;function vu(){return $().global.screen==null?1024:$().global.screen.height*$().global.screen.width*window.devicePixelRatio*$u/1024/1024}var St=class r extends Go{nextDataId(){return r.nextDataId++}constructor(e){if(super(),this.pendingRead=new WeakMap,this.pendingDisposal=new WeakSet,this.dataRefCount=new WeakMap,this.numBytesInGPU=0,this.uploadWaitMs=0,this.downloadWaitMs=0,this.lastGlFlushTime=0,this.warnedAboutMemory=!1,this.pendingDeletes=0,this.disposed=!1,!$().getBool("HAS_WEBGL"))throw new Error("WebGL is not supported on this device");let t;if(e!=null){if(e instanceof et)t=e;else{let o=Q($().getNumber("WEBGL_VERSION"),e);t=new et(o)}this.binaryCache={},this.gpgpuCreatedLocally=!1}else{let o=Q($().getNumber("WEBGL_VERSION"));t=new et(o),this.binaryCache=gu($().getNumber("WEBGL_VERSION")),this.gpgpuCreatedLocally=!0}this.gpgpu=t,this.canvas=this.gpgpu.gl.canvas,this.textureManager=new Qt(this.gpgpu),this.numMBBeforeWarning=vu(),this.texData=new Wo(this,Ce())}numDataIds(){return this.texData.numDataIds()-this.pendingDeletes}writeTexture(e,t,o,n,s,i){let l=this.makeTensorInfo(t,o),a=this.texData.get(l.dataId);a.isPacked=!1,a.texture={texture:e,texShape:[n,s]},a.texShape=[n,s];let u=Tt(t),c=new bt(u,!1,i),p=this.runWebGLProgram(c,[l],o,[[n,s]]);return p.shape=t,a.texture=null,this.disposeIntermediateTensorInfo(l),p.dataId}write(e,t,o){if(($().getBool("WEBGL_CHECK_NUMERICAL_PROBLEMS")||$().getBool("DEBUG"))&&this.checkNumericalProblems(e),o==="complex64"&&e!=null)throw new Error("Cannot write to a complex64 dtype. Please use tf.complex(real, imag).");let n={id:this.nextDataId()};return this.texData.set(n,{shape:t,dtype:o,values:e,usage:q.UPLOAD,refCount:1}),n}refCount(e){return this.texData.has(e)?this.texData.get(e).refCount:0}incRef(e){let t=this.texData.get(e);t.refCount++}decRef(e){if(this.texData.has(e)){let t=this.texData.get(e);t.refCount--}}move(e,t,o,n,s){if($().getBool("DEBUG")&&this.checkNumericalProblems(t),n==="complex64")throw new Error("Cannot write to a complex64 dtype. Please use tf.complex(real, imag).");this.texData.set(e,{shape:o,dtype:n,values:t,usage:q.UPLOAD,refCount:s})}disposeIntermediateTensorInfo(e){this.disposeData(e.dataId)}readSync(e){let t=this.texData.get(e),{values:o,dtype:n,complexTensorInfos:s,slice:i,shape:l,isPacked:a}=t;if(i!=null){let f;a?f=new j(l,de):f=new K(l,de);let d=this.runWebGLProgram(f,[{dataId:e,shape:l,dtype:n}],n),m=this.readSync(d.dataId);return this.disposeIntermediateTensorInfo(d),m}if(o!=null)return this.convertAndCacheOnCPU(e);if(n==="string")return o;let u=this.activeTimers!=null,c;u&&(c=Ee());let p;if(n==="complex64"){let f=this.readSync(s.real.dataId),d=this.readSync(s.imag.dataId);p=Ur(f,d)}else p=this.getValuesFromTexture(e);return u&&(this.downloadWaitMs+=Ee()-c),this.convertAndCacheOnCPU(e,p)}async read(e){if(this.pendingRead.has(e)){let m=this.pendingRead.get(e);return new Promise(g=>m.push(g))}let t=this.texData.get(e),{values:o,shape:n,slice:s,dtype:i,complexTensorInfos:l,isPacked:a}=t;if(s!=null){let m;a?m=new j(n,de):m=new K(n,de);let g=this.runWebGLProgram(m,[{dataId:e,shape:n,dtype:i}],i),C=this.read(g.dataId);return this.disposeIntermediateTensorInfo(g),C}if(o!=null)return this.convertAndCacheOnCPU(e);if($().getBool("DEBUG")&&!$().getBool("WEBGL_DOWNLOAD_FLOAT_ENABLED")&&$().getNumber("WEBGL_VERSION")===2)throw new Error("tensor.data() with WEBGL_DOWNLOAD_FLOAT_ENABLED=false and WEBGL_VERSION=2 not yet supported.");let u=null,c;if(i!=="complex64"&&$().get("WEBGL_BUFFER_SUPPORTED")){c=this.decode(e);let m=this.texData.get(c.dataId);u=this.gpgpu.createBufferFromTexture(m.texture.texture,...gt(n))}this.pendingRead.set(e,[]),i!=="complex64"&&await this.gpgpu.createAndWaitForFence();let p;if(i==="complex64"){let m=await Promise.all([this.read(l.real.dataId),this.read(l.imag.dataId)]),g=m[0],C=m[1];p=Ur(g,C)}else if(u==null)p=this.getValuesFromTexture(e);else{let m=I(n);p=this.gpgpu.downloadFloat32MatrixFromBuffer(u,m)}if(c!=null&&this.disposeIntermediateTensorInfo(c),u!=null){let m=this.gpgpu.gl;T(m,()=>m.deleteBuffer(u))}let f=this.convertAndCacheOnCPU(e,p),d=this.pendingRead.get(e);return this.pendingRead.delete(e),d.forEach(m=>m(f)),this.pendingDisposal.has(e)&&(this.pendingDisposal.delete(e),this.disposeData(e)&&Ce().removeDataId(e,this),this.pendingDeletes--),f}readToGPU(e,t={}){let o=this.texData.get(e),{values:n,shape:s,slice:i,dtype:l,isPacked:a,texture:u}=o;if(l==="complex64")throw new Error("Does not support reading texture for complex64 dtype.");if(i!=null){let d;a?d=new j(s,de):d=new K(s,de);let m=this.runWebGLProgram(d,[{dataId:e,shape:s,dtype:l}],l),g=this.readToGPU(m,t);return this.disposeIntermediateTensorInfo(m),g}if(u==null)throw n!=null?new Error("Data is not on GPU but on CPU."):new Error("There is no data on GPU or CPU.");let c=this.decode(e,t.customTexShape),p=Ce().makeTensorFromTensorInfo(c),f=this.texData.get(c.dataId);return Object.assign({tensorRef:p},f.texture)}bufferSync(e){let t=this.readSync(e.dataId);if(e.dtype==="string")try{let o=t.map(n=>Ot(n));return Fe(e.shape,e.dtype,o)}catch{throw new Error("Failed to decode encoded string bytes into utf-8")}return Fe(e.shape,e.dtype,t)}checkNumericalProblems(e){if(e!=null)for(let t=0;t<e.length;t++){let o=e[t];if(!As(o))throw $().getBool("WEBGL_RENDER_FLOAT32_CAPABLE")?Error(`The value ${o} cannot be represented with your current settings. Consider enabling float32 rendering: 'tf.env().set('WEBGL_RENDER_FLOAT32_ENABLED', true);'`):Error(`The value ${o} cannot be represented on this device.`)}}getValuesFromTexture(e){let{shape:t,dtype:o,isPacked:n}=this.texData.get(e),s=I(t);if($().getBool("WEBGL_DOWNLOAD_FLOAT_ENABLED")){let f=this.decode(e),d=this.texData.get(f.dataId),m=this.gpgpu.downloadMatrixFromPackedTexture(d.texture.texture,...gt(t)).subarray(0,s);return this.disposeIntermediateTensorInfo(f),m}let i=$().getBool("WEBGL_PACK")&&n===!0,l=i?Tt(t):t,a=i?new qt(l):new Kt(l),u=this.runWebGLProgram(a,[{shape:l,dtype:o,dataId:e}],"float32"),c=this.texData.get(u.dataId),p=this.gpgpu.downloadByteEncodedFloatMatrixFromOutputTexture(c.texture.texture,c.texShape[0],c.texShape[1]).subarray(0,s);return this.disposeIntermediateTensorInfo(u),p}timerAvailable(){return $().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_RELIABLE")>0}time(e){let t=this.activeTimers,o=[],n=!1;this.programTimersStack==null?(this.programTimersStack=o,n=!0):this.activeTimers.push(o),this.activeTimers=o,e();let s=Pr(this.activeTimers.map(a=>a.query)).filter(a=>a!=null),i=Pr(this.activeTimers.map(a=>a.name)).filter(a=>a!=null);this.activeTimers=t,n&&(this.programTimersStack=null);let l={uploadWaitMs:this.uploadWaitMs,downloadWaitMs:this.downloadWaitMs,kernelMs:null,wallMs:null};return(async()=>{if($().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_RELIABLE")>0){let a=await Promise.all(s);l.kernelMs=zo(a),l.getExtraProfileInfo=()=>a.map((u,c)=>({name:i[c],ms:u})).map(u=>`${u.name}: ${u.ms}`).join(", ")}else l.kernelMs={error:"WebGL query timers are not supported in this environment."};return this.uploadWaitMs=0,this.downloadWaitMs=0,l})()}memory(){return{unreliable:!1,numBytesInGPU:this.numBytesInGPU,numBytesInGPUAllocated:this.textureManager.numBytesAllocated,numBytesInGPUFree:this.textureManager.numBytesFree}}startTimer(){return $().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_RELIABLE")>0?this.gpgpu.beginQuery():{startMs:Ee(),endMs:null}}endTimer(e){return $().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_RELIABLE")>0?(this.gpgpu.endQuery(),e):(e.endMs=Ee(),e)}async getQueryTime(e){if($().getNumber("WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_RELIABLE")>0)return this.gpgpu.waitForQueryAndGetTime(e);let t=e;return t.endMs-t.startMs}disposeData(e,t=!1){if(this.pendingDisposal.has(e))return!1;if(!this.texData.has(e))return!0;if(t?this.texData.get(e).refCount=0:this.texData.get(e).refCount--,!t&&this.texData.get(e).refCount>0)return!1;if(this.pendingRead.has(e))return this.pendingDisposal.add(e),this.pendingDeletes++,!1;this.releaseGPUData(e);let{complexTensorInfos:o}=this.texData.get(e);return o!=null&&(this.disposeData(o.real.dataId,t),this.disposeData(o.imag.dataId,t)),this.texData.delete(e),!0}releaseGPUData(e){let{texture:t,dtype:o,texShape:n,usage:s,isPacked:i,slice:l}=this.texData.get(e),a=l&&l.origDataId||e,u=this.dataRefCount.get(a);u>1?this.dataRefCount.set(a,u-1):(this.dataRefCount.delete(a),t!=null&&(this.numBytesInGPU-=this.computeBytes(n,o),this.textureManager.releaseTexture(t,n,s,i)));let c=this.texData.get(e);c.texture=null,c.texShape=null,c.isPacked=!1,c.slice=null}getTexture(e){return this.uploadToGPU(e),this.texData.get(e).texture.texture}getDataInfo(e){return this.texData.get(e)}shouldExecuteOnCPU(e,t=Cu){return $().getBool("WEBGL_CPU_FORWARD")&&e.every(o=>this.texData.get(o.dataId).texture==null&&I(o.shape)<t)}getGPGPUContext(){return this.gpgpu}where(e){ts("tf.where() in webgl locks the UI thread. Call tf.whereAsync() instead");let t=e.dataSync();return mu(e.shape,t)}packedUnaryOp(e,t,o){let n=new j(e.shape,t),s=this.compileAndRun(n,[e],o);return Ce().makeTensorFromTensorInfo(s)}abs(e){if(this.shouldExecuteOnCPU([e])&&e.dtype!=="complex64"){let n=xt(this.texData.get(e.dataId).values);return this.makeOutput(e.shape,e.dtype,n)}if($().getBool("WEBGL_PACK_UNARY_OPERATIONS"))return this.packedUnaryOp(e,Ro,e.dtype);let t=new K(e.shape,Ro),o=this.compileAndRun(t,[e]);return Ce().makeTensorFromTensorInfo(o)}makeTensorInfo(e,t,o){let n;if(t==="string"&&o!=null&&o.length>0&&Qo(o[0])){let s=o.map(i=>rs(i));n=this.write(s,e,t)}else n=this.write(o,e,t);return this.texData.get(n).usage=null,{dataId:n,shape:e,dtype:t}}makeOutput(e,t,o){return Ce().makeTensorFromTensorInfo(this.makeTensorInfo(e,t,o),this)}unpackTensor(e){let t=new Zt(e.shape);return this.runWebGLProgram(t,[e],e.dtype)}packTensor(e){let t=new Yt(e.shape);return this.runWebGLProgram(t,[e],e.dtype,null,!0)}packedReshape(e,t){let o=[we(e.shape),...Ae(e.shape)],n={dtype:e.dtype,shape:o,dataId:e.dataId},s=[we(t),...Ae(t)],i=new tt(s,o),l=!0,a=[o],u=this.runWebGLProgram(i,[n],e.dtype,a,l);return{dataId:u.dataId,shape:t,dtype:u.dtype}}decode(e,t){let o=this.texData.get(e),{isPacked:n,shape:s,dtype:i}=o;if(t!=null){let f=I(s),d=t[0]*t[1]*4;k(f<=d,()=>"customTexShape is too small. Row * Column * 4 should be equal or larger than the size of the tensor data.")}let l=Tt(s),a;n?a=new Ht(l):a=new Xt(l);let u=!0,c=[t??gt(l)],p=this.runWebGLProgram(a,[{shape:l,dtype:i,dataId:e}],i,c,u,t);return{dtype:i,shape:s,dataId:p.dataId}}runWebGLProgram(e,t,o,n,s=!1,i){let l=this.makeTensorInfo(e.outputShape,o),a=this.texData.get(l.dataId);if(e.packedOutput&&(a.isPacked=!0),e.outPackingScheme===Ie.DENSE){let h=i??gt(e.outputShape);a.texShape=h.map(x=>x*2)}if(e.outTexUsage!=null&&(a.usage=e.outTexUsage),I(l.shape)===0)return a.values=yt(l.dtype,0),l;let u=[],c=t.map(h=>{if(h.dtype==="complex64")throw new Error("GPGPUProgram does not support complex64 input. For complex64 dtypes, please separate the program into real and imaginary parts.");let x=this.texData.get(h.dataId);if(x.texture==null){if(!e.packedInputs&&I(h.shape)<=$().getNumber("WEBGL_SIZE_UPLOAD_UNIFORM"))return{shape:h.shape,texData:null,isUniform:!0,uniformValues:x.values};e.packedInputs&&(x.isPacked=!0,x.shape=h.shape)}if(this.uploadToGPU(h.dataId),!!x.isPacked!=!!e.packedInputs)h=x.isPacked?this.unpackTensor(h):this.packTensor(h),u.push(h),x=this.texData.get(h.dataId);else if(x.isPacked&&!Le(x.shape,h.shape)){let S=h,v=h.shape;h.shape=x.shape,h=this.packedReshape(h,v),u.push(h),x=this.texData.get(h.dataId),S.shape=v}return{shape:h.shape,texData:x,isUniform:!1}});this.uploadToGPU(l.dataId);let p={shape:l.shape,texData:a,isUniform:!1},f=oi(e,c,p),d=this.getAndSaveBinary(f,()=>ti(this.gpgpu,e,c,p)),m=this.activeTimers!=null,g;m&&(g=this.startTimer()),$().get("ENGINE_COMPILE_ONLY")||ri(this.gpgpu,d,c,p,n),u.forEach(h=>this.disposeIntermediateTensorInfo(h)),m&&(g=this.endTimer(g),this.activeTimers.push({name:e.constructor.name,query:this.getQueryTime(g)}));let C=$().getNumber("WEBGL_FLUSH_THRESHOLD");if(C>0){let h=Ee();h-this.lastGlFlushTime>C&&(this.gpgpu.gl.flush(),this.lastGlFlushTime=h)}if(!$().getBool("WEBGL_LAZILY_UNPACK")&&a.isPacked&&s===!1){let h=this.unpackTensor(l);return this.disposeIntermediateTensorInfo(l),h}return l}compileAndRun(e,t,o,n,s=!1){return o=o||t[0].dtype,this.runWebGLProgram(e,t,o,n,s)}getAndSaveBinary(e,t){return e in this.binaryCache||(this.binaryCache[e]=t()),this.binaryCache[e]}getTextureManager(){return this.textureManager}dispose(){this.disposed||($().getBool("IS_TEST")||Object.keys(this.binaryCache).forEach(t=>{this.gpgpu.deleteProgram(this.binaryCache[t].webGLProgram),delete this.binaryCache[t]}),this.textureManager.dispose(),this.canvas!=null&&typeof HTMLCanvasElement<"u"&&this.canvas instanceof HTMLCanvasElement?this.canvas.remove():this.canvas=null,this.gpgpuCreatedLocally&&(this.gpgpu.program=null,this.gpgpu.dispose()),this.disposed=!0)}floatPrecision(){return this.floatPrecisionValue==null&&(this.floatPrecisionValue=os(()=>{if(!$().get("WEBGL_RENDER_FLOAT32_ENABLED")){let e=$().getBool("DEBUG");$().set("DEBUG",!1);let t=this.abs(ps(1e-8)).dataSync()[0];if($().set("DEBUG",e),t>0)return 32}return 16})),this.floatPrecisionValue}epsilon(){return this.floatPrecision()===32?hu:xu}uploadToGPU(e){let t=this.texData.get(e),{shape:o,dtype:n,values:s,texture:i,usage:l,isPacked:a}=t;if(i!=null)return;let u=this.activeTimers!=null,c;u&&(c=Ee());let p=t.texShape;if(p==null&&(p=Ws(o,a),t.texShape=p),s!=null){let f=Tt(o),d,m=p[1],g=p[0],C=s instanceof Uint8Array||s instanceof Uint8ClampedArray;(a||!C)&&([m,g]=pe(p[0],p[1])),a?d=new jt(f,C):d=new bt(f,C);let h=C?[g,m]:p,x=this.makeTensorInfo(h,n),S=this.texData.get(x.dataId);C?S.usage=q.PIXELS:S.usage=q.UPLOAD,S.texShape=h,this.gpgpu.uploadDenseMatrixToTexture(this.getTexture(x.dataId),m,g,s);let v=[[g,m]],y=this.runWebGLProgram(d,[x],n,v,!0),A=this.texData.get(y.dataId);t.texShape=A.texShape,t.isPacked=A.isPacked,t.usage=A.usage,$().get("ENGINE_COMPILE_ONLY")?this.disposeData(y.dataId):(t.texture=A.texture,t.values=null,this.texData.delete(y.dataId)),this.disposeIntermediateTensorInfo(x),u&&(this.uploadWaitMs+=Ee()-c)}else{let f=this.acquireTexture(p,l,n,a);t.texture=f}}convertAndCacheOnCPU(e,t){let o=this.texData.get(e),{dtype:n}=o;return t!=null&&(o.values=Tu(t,n)),o.values}acquireTexture(e,t,o,n){if(this.numBytesInGPU+=this.computeBytes(e,o),!this.warnedAboutMemory&&this.numBytesInGPU>this.numMBBeforeWarning*1024*1024){let s=(this.numBytesInGPU/1024/1024).toFixed(2);this.warnedAboutMemory=!0,console.warn(`High memory usage in GPU: ${s} MB, most likely due to a memory leak`)}return this.textureManager.acquireTexture(e,t,n)}computeBytes(e,t){return e[0]*e[1]*Yo(t)}checkCompileCompletion(){for(let[,e]of Object.entries(this.binaryCache))this.checkCompletion_(e)}async checkCompileCompletionAsync(){let e=[];if(this.gpgpu.parallelCompilationExtension){for(let[,t]of Object.entries(this.binaryCache))e.push(this.checkCompletionAsync_(t));return Promise.all(e)}else{for(let[,t]of Object.entries(this.binaryCache)){let o=new Promise(n=>{try{this.checkCompletion_(t),n(!0)}catch(s){throw s}});e.push(o)}return Promise.all(e)}}async checkCompletionAsync_(e){return this.gpgpu.gl.getProgramParameter(e.webGLProgram,this.gpgpu.parallelCompilationExtension.COMPLETION_STATUS_KHR)?this.checkCompletion_(e):(await ms(),this.checkCompletionAsync_(e))}checkCompletion_(e){if(this.gpgpu.gl.getProgramParameter(e.webGLProgram,this.gpgpu.gl.LINK_STATUS)===!1)throw console.log(this.gpgpu.gl.getProgramInfoLog(e.webGLProgram)),this.gpgpu.gl.getShaderParameter(e.fragmentShader,this.gpgpu.gl.COMPILE_STATUS)===!1?(ho(e.source,this.gpgpu.gl.getShaderInfoLog(e.fragmentShader)),new Error("Failed to compile fragment shader.")):new Error("Failed to link vertex and fragment shaders.");return!0}getUniformLocations(){for(let e of Object.values(this.binaryCache)){this.gpgpu.buildVao(e.webGLProgram);let{variablesLocations:t,customUniformLocations:o,infLoc:n,nanLoc:s,outShapeLocation:i,outShapeStridesLocation:l,outTexShapeLocation:a}=$o(this.gpgpu,e.program,e.webGLProgram);e.variablesLocations=t,e.customUniformLocations=o,e.infLoc=n,e.nanLoc=s,e.outShapeLocation=i,e.outShapeStridesLocation=l,e.outTexShapeLocation=a}}createTensorFromGPUData(e,t,o){e.channels=e.channels||"RGBA";let{texture:n,height:s,width:i,channels:l}=e,a=Ce().backend;if(!a.gpgpu.gl.isTexture(n))throw new Error("The texture is invalid. Also, please make sure the texture and the TFJS WebGL backend are using the same canvas. If you want to use your own custom canvas, you have to create and use the custom TFJS WebGL backend created from the canvas through 'new tf.MathBackendWebGL(customCanvas)'.");let u=a.writeTexture(n,t,o,s,i,l);return Ce().makeTensorFromDataId(u,t,o,a)}};St.nextDataId=0;function Tu(r,e){if(e==="float32"||e==="complex64")return r;if(e==="int32"||e==="bool"){let t=e==="int32"?new Int32Array(r.length):new Uint8Array(r.length);for(let o=0;o<t.length;++o)t[o]=Math.round(r[o]);return t}else throw new Error(`Unknown dtype ${e}`)}var Di="return abs(x);";function Eu(r){let{inputs:e,backend:t}=r,{x:o}=e;if(t.shouldExecuteOnCPU([o])&&o.dtype!=="complex64"){let s=t.texData.get(o.dataId),i=xt(s.values);return t.makeTensorInfo(o.shape,o.dtype,i)}let n;return $().getBool("WEBGL_PACK_UNARY_OPERATIONS")?n=new j(o.shape,Di):n=new K(o.shape,Di),t.runWebGLProgram(n,[o],o.dtype)}var Pi={kernelName:"Abs",backendName:"webgl",kernelFunc:Eu};var er=`
  if (isnan(a)) return a;
  if (isnan(b)) return b;
`;var ae=class{constructor(e,t,o){this.variableNames=["A","B"],this.outputShape=H(t,o),this.enableShapeUniforms=D(this.outputShape.length),this.userCode=`
      float binaryOperation(float a, float b) {
        ${e}
      }

      void main() {
        float a = getAAtOutCoords();
        float b = getBAtOutCoords();
        setOutput(binaryOperation(a, b));
      }
    `}};var rt=`
  result.r = isNaN.r ? NAN : result.r;
  result.g = isNaN.g ? NAN : result.g;
  result.b = isNaN.b ? NAN : result.b;
  result.a = isNaN.a ? NAN : result.a;
`;var fe=class{constructor(e,t,o,n=!1){this.variableNames=["A","B"],this.supportsBroadcasting=!0,this.packedInputs=!0,this.packedOutput=!0,this.outputShape=H(t,o);let s=this.outputShape.length;this.enableShapeUniforms=D(s);let i="";if(n)if(s===0||I(this.outputShape)===1)i=`
          result.y = 0.;
          result.z = 0.;
          result.w = 0.;
        `;else if(i=`
          ${O(s)} coords = getOutputCoords();
        `,s===1)this.enableShapeUniforms?i+=`
            result.y = (coords + 1) >= outShape ? 0. : result.y;
            result.z = 0.;
            result.w = 0.;
          `:i+=`
            result.y = (coords + 1) >= ${this.outputShape[0]} ? 0. : result.y;
            result.z = 0.;
            result.w = 0.;
          `;else{let a=V("coords",s);this.enableShapeUniforms?i+=`
            bool nextRowOutOfBounds =
              (${a[s-2]} + 1) >= outShape[${s} - 2];
            bool nextColOutOfBounds =
              (${a[s-1]} + 1) >= outShape[${s} - 1];
            result.y = nextColOutOfBounds ? 0. : result.y;
            result.z = nextRowOutOfBounds ? 0. : result.z;
            result.w = nextColOutOfBounds || nextRowOutOfBounds ? 0. : result.w;
          `:i+=`
            bool nextRowOutOfBounds =
              (${a[s-2]} + 1) >= ${this.outputShape[s-2]};
            bool nextColOutOfBounds =
              (${a[s-1]} + 1) >= ${this.outputShape[s-1]};
            result.y = nextColOutOfBounds ? 0. : result.y;
            result.z = nextRowOutOfBounds ? 0. : result.z;
            result.w = nextColOutOfBounds || nextRowOutOfBounds ? 0. : result.w;
          `}this.userCode=`
      vec4 binaryOperation(vec4 a, vec4 b) {
        ${e}
      }

      void main() {
        vec4 a = getAAtOutCoords();
        vec4 b = getBAtOutCoords();

        vec4 result = binaryOperation(a, b);
        ${i}

        setOutput(result);
      }
    `}};function W(r){let{inputs:e,backend:t}=r,{x:o}=e;return t.incRef(o.dataId),{dataId:o.dataId,shape:o.shape,dtype:o.dtype}}var Li={kernelName:xn,backendName:"webgl",kernelFunc:W};function ne(r){let{inputs:e,backend:t}=r,{real:o,imag:n}=e,s=t.makeTensorInfo(o.shape,"complex64"),i=t.texData.get(s.dataId),l=W({inputs:{x:o},backend:t}),a=W({inputs:{x:n},backend:t});return i.complexTensorInfos={real:l,imag:a},s}var Io="return (a < 0.) ? b * a : a;",wo=`
  vec4 aLessThanZero = vec4(lessThan(a, vec4(0.)));
  return (aLessThanZero * (b * a)) + ((vec4(1.0) - aLessThanZero) * a);
`;function Su(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{alpha:s}=o,i=t.makeTensorInfo([],"float32",ue(s,"float32")),l=$().getBool("WEBGL_PACK_BINARY_OPERATIONS")?new fe(wo,n.shape,i.shape):new ae(Io,n.shape,i.shape),a=t.runWebGLProgram(l,[n,i],"float32");return t.disposeIntermediateTensorInfo(i),a}var Ui={kernelName:gn,backendName:"webgl",kernelFunc:Su};var Ao="return (a < 0.) ? b * a : a;",No=`
  vec4 aLessThanZero = vec4(lessThan(a, vec4(0.)));
  return (aLessThanZero * (b * a)) + ((vec4(1.0) - aLessThanZero) * a);
`;function _u(r){let{inputs:e,backend:t}=r,{x:o,alpha:n}=e,s=$().getBool("WEBGL_PACK_BINARY_OPERATIONS")?new fe(No,o.shape,n.shape):new ae(Ao,o.shape,n.shape);return t.runWebGLProgram(s,[o,n],"float32")}var Bi={kernelName:An,backendName:"webgl",kernelFunc:_u};var ot="if (isnan(x)) return x;";function L({opSnippet:r,packedOpSnippet:e,cpuKernelImpl:t,dtype:o}){return({inputs:n,backend:s})=>{let{x:i}=n,l=s,a=o||i.dtype;if(l.shouldExecuteOnCPU([i])&&t!=null){let p=l.texData.get(i.dataId),f=t(p.values,a);return l.makeTensorInfo(i.shape,a,f)}let u=$().getBool("WEBGL_PACK_UNARY_OPERATIONS")&&e!=null,c;return u?c=new j(i.shape,e):c=new K(i.shape,r),l.runWebGLProgram(c,[i],a)}}function B({opSnippet:r,packedOpSnippet:e,checkOutOfBounds:t=!1,supportsComplex:o=!1,cpuKernelImpl:n,dtype:s}){return({inputs:i,backend:l})=>{let{a,b:u}=i,c=l;if(o&&a.dtype==="complex64"){let m=c.texData.get(a.dataId),g=c.texData.get(u.dataId),[C,h]=[[m.complexTensorInfos.real,g.complexTensorInfos.real],[m.complexTensorInfos.imag,g.complexTensorInfos.imag]].map(S=>{let[v,b]=S,y={dataId:v.dataId,dtype:v.dtype,shape:a.shape},A={dataId:b.dataId,dtype:b.dtype,shape:u.shape},w=new ae(r,a.shape,u.shape);return c.runWebGLProgram(w,[y,A],se(v.dtype,b.dtype))}),x=ne({inputs:{real:C,imag:h},backend:c});return c.disposeIntermediateTensorInfo(C),c.disposeIntermediateTensorInfo(h),x}let p=s||se(a.dtype,u.dtype);if((a.dtype==="string"||u.dtype==="string"||c.shouldExecuteOnCPU([a,u]))&&n!=null){let m=c.texData.get(a.dataId).values,g=c.texData.get(u.dataId).values,C=a.dtype==="string"?Br(m):m,h=a.dtype==="string"?Br(g):g,[x,S]=n(a.shape,u.shape,C,h,p),v=c.makeTensorInfo(S,p),b=c.texData.get(v.dataId);return b.values=x,v}let f=$().getBool("WEBGL_PACK_BINARY_OPERATIONS")&&e!=null,d;return f?d=new fe(e,a.shape,u.shape,t):d=new ae(r,a.shape,u.shape),c.runWebGLProgram(d,[a,u],p)}}function ve(r,e=!1){if(r==="linear")return e?Ni:Si;if(r==="relu")return e?Oi:Ri;if(r==="elu")return e?yi:_i;if(r==="relu6")return e?ki:Ii;if(r==="prelu")return e?No:Ao;if(r==="leakyrelu")return e?wo:Io;if(r==="sigmoid")return e?Fi:wi;throw new Error(`Activation ${r} has not been implemented for the WebGL backend.`)}var Mi="return a + b;",Ru=B({opSnippet:Mi,packedOpSnippet:Mi,supportsComplex:!0,cpuKernelImpl:Vr}),Vi={kernelName:"Add",backendName:"webgl",kernelFunc:Ru};var tr=class{constructor(e,t){this.outputShape=[],this.outputShape=e,this.variableNames=t.map((s,i)=>`T${i}`);let o=[];this.variableNames.forEach(s=>{o.push(`float v${s} = get${s}AtOutCoords();`)});let n=this.variableNames.map(s=>`v${s}`).join(" + ");this.userCode=`
      void main() {
        ${o.join(`
        `)}

        float result = ${n};
        setOutput(result);
      }
    `}};var rr=class{constructor(e,t){this.outputShape=[],this.packedInputs=!0,this.packedOutput=!0,this.outputShape=e,this.variableNames=t.map((s,i)=>`T${i}`);let o=[];this.variableNames.forEach(s=>{o.push(`vec4 v${s} = get${s}AtOutCoords();`)});let n=this.variableNames.map(s=>`v${s}`).join(" + ");this.userCode=`
      void main() {
        ${o.join(`
        `)}

        vec4 result = ${n};
        setOutput(result);
      }
    `}};function or(r){let{inputs:e,backend:t}=r,o=e;if(o.length===1)return W({inputs:{x:o[0]},backend:t});if(o.length>$().getNumber("WEBGL_MAX_TEXTURES_IN_SHADER")){let a=Math.floor(o.length/2),u=or({inputs:o.slice(0,a),backend:t}),c=or({inputs:o.slice(a),backend:t});return or({inputs:[u,c],backend:t})}let n=o.map(a=>a.dtype).reduce((a,u)=>se(a,u)),s=o.map(a=>a.shape),l=$().getBool("WEBGL_PACK")?new rr(o[0].shape,s):new tr(o[0].shape,s);return t.runWebGLProgram(l,o,n)}var Wi={kernelName:Jo,backendName:"webgl",kernelFunc:or};var nr=class{constructor(e,t,o){this.variableNames=["A"];let{windowSize:n,batchSize:s,outSize:i}=e;o||this.variableNames.push("bestIndicesA"),this.outputShape=[s,i];let l=t==="max"?">":"<",a=o?"inOffset + i;":"round(getBestIndicesA(batch, inOffset + i));";this.userCode=`
      void main() {
        ivec2 coords = getOutputCoords();
        int batch = coords[0];
        int outIdx = coords[1];
        int inOffset = outIdx * ${n};

        int bestIndex = inOffset;
        float bestValue = getA(batch, bestIndex);

        for (int i = 0; i < ${n}; i++) {
          int inIdx = ${a};
          float candidate = getA(batch, inIdx);
          if (candidate ${l} bestValue) {
            bestValue = candidate;
            bestIndex = inIdx;
          }
        }
        setOutput(float(bestIndex));
      }
    `}};var sr=class{constructor(e,t,o,n){this.variableNames=["A"],this.packedInputs=!0,this.packedOutput=!0,k(e.length>2,()=>`Packed arg${o.charAt(0).toUpperCase()+o.slice(1)} supports only inputs with rank above 2.`);let s=e[e.length-1],i=Math.ceil(s/t);this.outputShape=e.slice(0,-1),i>1&&this.outputShape.push(i),n||this.variableNames.push("bestIndicesA");let l=this.outputShape,a=l.length,u=O(a),c=V("coords",a),p,f;if(i===1){f=a+1;let w=O(f);p=`
        ${w} sourceLocR = ${w}(${c.join()}, 0);
        ++${c[a-1]};
        ${w} sourceLocG = ${w}(${c.join()}, 0);
        ++${c[a-2]};
        ${w} sourceLocA = ${w}(${c.join()}, 0);
        --${c[a-1]};
        ${w} sourceLocB = ${w}(${c.join()}, 0);
        --${c[a-2]};`}else f=a,p=`
        ${u} sourceLocR = coords;
        ++${c[a-1]};
        ${u} sourceLocG = coords;
        ++${c[a-2]};
        ${u} sourceLocA = coords;
        --${c[a-1]};
        ${u} sourceLocB = coords;
        --${c[a-2]};`;let d=["x","y","z","w","u","v"].slice(0,f),m="."+d[f-1],g=d.map(w=>"int "+w),C=V("sourceLocR",f-1).concat("inIdx.r"),h=V("sourceLocG",f-1).concat("inIdx.g"),x=V("sourceLocB",f-1).concat("inIdx.b"),S=V("sourceLocA",f-1).concat("inIdx.a"),v=o==="max"?"greaterThan":"lessThan",b=n?"":`
          inIdx = round(vec4(getBestIndicesAChannel(${C.join()}),
                             getBestIndicesAChannel(${h.join()}),
                             getBestIndicesAChannel(${x.join()}),
                             getBestIndicesAChannel(${S.join()})));`,y=`vec4(
            getAChannel(${C.join()}),
            hasNextCol ? getAChannel(${h.join()}) : 0.,
            hasNextRow ? getAChannel(${x.join()}) : 0.,
            hasNextRow && hasNextCol ? getAChannel(${S.join()}) : 0.)`,A=n?"":`
      float getBestIndicesAChannel(${g.join()}) {
        return getChannel(getBestIndicesA(${d.join()}),
                                          vec2(${d.slice(-2).join()}));
      }`;this.userCode=`
      float getAChannel(${g.join()}) {
        return getChannel(getA(${d.join()}),
                               vec2(${d.slice(-2).join()}));
      }
      ${A}
      void main() {
        ${u} coords = getOutputCoords();
        bool hasNextCol = ${c[a-1]} < ${l[a-1]-1};
        bool hasNextRow = ${c[a-2]} < ${l[a-2]-1};
        ${p}
        ivec4 srcIdx = ivec4(sourceLocR${m}, sourceLocG${m},
          sourceLocB${m}, sourceLocA${m}) * ${t};
        ivec4 inIdx = srcIdx;
        vec4 bestIndex = vec4(inIdx);
        vec4 bestValue = ${y};

        for (int i = 0; i < ${t}; i++) {
          inIdx = srcIdx;
          ${b}
          vec4 candidate = ${y};
          bvec4 nan = isnan(candidate);
          bvec4 replace = bvec4(
            vec4(${v}(candidate, bestValue)) * (vec4(1.0) - vec4(nan)));

          bestValue = vec4(replace.x  ? candidate.x : bestValue.x,
                           replace.y  ? candidate.y : bestValue.y,
                           replace.z  ? candidate.z : bestValue.z,
                           replace.w  ? candidate.w : bestValue.w);
          bestIndex = mix(bestIndex, vec4(inIdx), vec4(replace));
          srcIdx++;
        }
        setOutput(bestIndex);
      }
    `}};function Gi(r,e,t){let o=[we(r.shape),...Ae(r.shape)],n={dtype:r.dtype,shape:o,dataId:r.dataId},s=[we(e),...Ae(e)],i=new tt(s,o),l=!0,a=[o],u=t.runWebGLProgram(i,[n],r.dtype,a,l);return{dataId:u.dataId,shape:e,dtype:u.dtype}}function R(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{shape:s}=o,i=t,l=I(n.shape),a=Ko(s,l),u=I(a);k(l===u,()=>`The new shape (${a}) has ${u} elements and the old shape (${n.shape}) has ${l} elements. The new shape and old shape must have the same number of elements.`);let c=i.texData.get(n.dataId);return c.isPacked&&!Le(n.shape,a)&&!(c.texture!==null&&Le(c.shape,a))?Gi(n,a,i):(i.incRef(n.dataId),{dataId:n.dataId,shape:a,dtype:n.dtype})}var zi={kernelName:kn,backendName:"webgl",kernelFunc:R};function Xi(r,e,t,o=null){let n=e.shape[0],s=e.shape[1];o!=null&&(n=o.shape[0],s=o.shape[1]);let i=ht(s),l={windowSize:i,inSize:s,batchSize:n,outSize:Math.ceil(s/i)},a=new nr(l,t,o==null),u=[e];o!=null&&u.push(o);let c=r.runWebGLProgram(a,u,"int32");if(c.shape[1]===1)return c;let p=Xi(r,e,t,c);return r.disposeIntermediateTensorInfo(c),p}function Hi(r,e,t,o=null){let n=o!=null?o.shape:e.shape,s=n[n.length-1],i=ht(s),l=new sr(n,i,t,o==null),a=o==null?[e]:[e,o],u=r.runWebGLProgram(l,a,"int32");if(u.shape.length===e.shape.length){let c=Hi(r,e,t,u);return r.disposeIntermediateTensorInfo(u),c}return u}function Ki(r,e,t,o){let n=[t];if(Y("arg"+o.charAt(0).toUpperCase()+o.slice(1),n,e.shape.length),!$().getBool("WEBGL_PACK_REDUCE")||e.shape.length<=2){let s=[],i=r.texData.get(e.dataId),l=i!==null&&i.isPacked,a=e;l&&(a=r.unpackTensor(e),s.push(a));let[u,c]=ee(a.shape,n),p=I(c),f=R({inputs:{x:a},backend:r,attrs:{shape:[-1,p]}});s.push(f);let d=Xi(r,f,o);s.push(d);let m=R({inputs:{x:d},backend:r,attrs:{shape:u}});return s.forEach(g=>r.disposeIntermediateTensorInfo(g)),m}return Hi(r,e,o)}var ir=class{constructor(e,t){this.variableNames=["A"];let o=new Array(e.length);for(let i=0;i<o.length;i++)o[i]=e[t[i]];this.outputShape=o,this.rank=o.length;let n=O(this.rank),s=Iu(t);this.userCode=`
    void main() {
      ${n} resRC = getOutputCoords();
      setOutput(getA(${s}));
    }
    `}};function Iu(r){let e=r.length;if(e>6)throw Error(`Transpose for rank ${e} is not yet supported`);let t=["resRC.x","resRC.y","resRC.z","resRC.w","resRC.u","resRC.v"],o=new Array(e);for(let n=0;n<r.length;n++)o[r[n]]=t[n];return o.join()}var ar=class{constructor(e,t){this.variableNames=["A"],this.packedInputs=!0,this.packedOutput=!0;let o=new Array(e.length);for(let c=0;c<o.length;c++)o[c]=e[t[c]];if(this.outputShape=o,this.rank=o.length,this.rank>6)throw Error(`Packed transpose for rank ${this.rank} is not yet supported.`);let n=O(this.rank),s=_o("rc",this.rank),i=new Array(this.rank);for(let c=0;c<t.length;c++)i[t[c]]=s[c];let l=`vec2(${i.slice(-2).join()})`,a=`++${s[this.rank-1]} < ${o[this.rank-1]}`,u=`getChannel(getA(${i.join()}), ${l})`;this.userCode=`
    void main() {
      ${n} rc = getOutputCoords();
      vec4 result = vec4(0.);
      result[0] = ${u};
      if(${a}) {
        result[1] = ${u};
      }
      --${s[this.rank-1]};
      if(++${s[this.rank-2]} < ${o[this.rank-2]}) {
        result[2] = ${u};
        if(${a}) {
          result[3] = ${u};
        }
      }
      setOutput(result);
    }
    `}};function ye(r,e,t){let o=$().getBool("WEBGL_PACK_ARRAY_OPERATIONS")?new ar(r.shape,e):new ir(r.shape,e);return t.runWebGLProgram(o,[r],r.dtype)}function me(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{perm:s}=o,i=t,l=n.shape.length,a=new Array(l);for(let c=0;c<a.length;c++)a[c]=n.shape[s[c]];let u;if(i.shouldExecuteOnCPU([n])){let p=i.texData.get(n.dataId).values,f=Re(p,n.shape,n.dtype,s,a);u=i.makeTensorInfo(a,n.dtype);let d=i.texData.get(u.dataId);d.values=f}else u=ye(n,s,i);return u}var qi={kernelName:jn,backendName:"webgl",kernelFunc:me};function wu(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{axis:s}=o,i=z(s,n.shape),l=re(i,n.shape.length),a=n,u=[];l!=null&&(a=me({inputs:{x:n},backend:t,attrs:{perm:l}}),u.push(a),i=oe(i.length,a.shape.length)),Y("argMax",[i[0]],a.shape.length);let c=Ki(t,a,i[0],"max");return u.forEach(p=>t.disposeIntermediateTensorInfo(p)),c}var ji={kernelName:en,backendName:"webgl",kernelFunc:wu};var nt=class{constructor(e,t,o,n=!1,s=!1){if(this.variableNames=["x"],t==="avg"&&o)throw new Error("Cannot compute positions for average pool.");let i=e.filterWidth,l=e.strideHeight,a=e.strideWidth,u=e.dilationHeight,c=e.dilationWidth,p=e.effectiveFilterHeight,f=e.effectiveFilterWidth,d=e.padInfo.top,m=e.padInfo.left;this.outputShape=e.outShape;let g=t==="avg",C=`((batch  * ${e.inHeight} + xR) * ${e.inWidth} + xC) * ${e.inChannels} + d`,h=`(xR * ${e.inWidth} + xC) * ${e.inChannels} + d`,x="0.0";if(g||(x="-1.0 / 1e-20"),o){this.userCode=`
        const ivec2 strides = ivec2(${l}, ${a});
        const ivec2 pads = ivec2(${d}, ${m});

        void main() {
          ivec4 coords = getOutputCoords();
          int batch = coords[0];
          int d = coords[3];

          ivec2 xRCCorner = coords.yz * strides - pads;
          int xRCorner = xRCCorner.x;
          int xCCorner = xRCCorner.y;

          // max/min x(?, ?, d) to get y(yR, yC, d).
          // ? = to be determined
          float minMaxValue = 0.0;
          float minMaxValueFound = 0.0;
          int minMaxPosition = 0;
          float avgValue = 0.0;

          for (int wR = 0; wR < ${p};
              wR += ${u}) {
            int xR = xRCorner + wR;

            if (xR < 0 || xR >= ${e.inHeight}) {
              continue;
            }

            for (int wC = 0; wC < ${f};
                wC += ${c}) {
              int xC = xCCorner + wC;

              if (xC < 0 || xC >= ${e.inWidth}) {
                continue;
              }

              float value = getX(batch, xR, xC, d);

              // If a min / max value has already been found, use it. If not,
              // use the current value.
              float currMinMaxValue = mix(
                  value, minMaxValue, minMaxValueFound);
              if (value >= currMinMaxValue) {
                minMaxValue = value;
                minMaxValueFound = 1.0;
                minMaxPosition = ${n?s?C:h:`wR * ${f} + wC`};
              }
            }
          }
          setOutput(float(minMaxPosition));
        }
      `;return}let S="max",v=`${t}(${t}(${t}(minMaxValue[0], minMaxValue[1]), minMaxValue[2]), minMaxValue[3])`;t==="avg"&&(v="avgValue / max(count, 1.0)");let b=Math.floor(i/4)*4,y=i%4,A=`
      if (${g}) {
        avgValue += dot(values, ones);
      } else {
        minMaxValue = ${S}(values, minMaxValue);
      }
    `;this.userCode=`
      const ivec2 strides = ivec2(${l}, ${a});
      const ivec2 pads = ivec2(${d}, ${m});
      const float initializationValue = ${x};
      const vec4 ones = vec4(1.0, 1.0, 1.0, 1.0);

      float count = 0.0;

      float getValue(int batch, int xR, int xC, int d) {
        if (xC < 0 || xC >= ${e.inWidth}) {
          return initializationValue;
        }
        count += 1.0;
        return getX(batch, xR, xC, d);
      }

      void main() {
        ivec4 coords = getOutputCoords();
        int batch = coords[0];
        int d = coords[3];

        ivec2 xRCCorner = coords.yz * strides - pads;
        int xRCorner = xRCCorner.x;
        int xCCorner = xRCCorner.y;

        // max/min x(?, ?, d) to get y(yR, yC, d).
        // ? = to be determined
        vec4 minMaxValue = vec4(${x});
        float avgValue = 0.0;
        count = 0.0;

        for (int wR = 0; wR < ${p};
            wR += ${u}) {
          int xR = xRCorner + wR;

          if (xR < 0 || xR >= ${e.inHeight}) {
            continue;
          }

          for (int wC = 0; wC < ${b}; wC += 4) {
            int xC = xCCorner + wC * ${c};

            vec4 values = vec4(
              getValue(batch, xR, xC, d),
              getValue(batch, xR, xC + ${c}, d),
              getValue(batch, xR, xC + 2 * ${c}, d),
              getValue(batch, xR, xC + 3 * ${c}, d)
            );

            ${A}
          }

          int xC = xCCorner + ${b};
          if (${y===1}) {
            vec4 values = vec4(
              getValue(batch, xR, xC, d),
              initializationValue,
              initializationValue,
              initializationValue
            );

            ${A}
          } else if (${y===2}) {
            vec4 values = vec4(
              getValue(batch, xR, xC, d),
              getValue(batch, xR, xC + ${c}, d),
              initializationValue,
              initializationValue
            );

            ${A}
          } else if (${y===3}) {
            vec4 values = vec4(
              getValue(batch, xR, xC, d),
              getValue(batch, xR, xC + ${c}, d),
              getValue(batch, xR, xC + 2 * ${c}, d),
              initializationValue
            );

            ${A}
          }
        }
        setOutput(${v});
      }
    `}};function Au(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e;Vt(n,"avgPool");let{filterSize:s,strides:i,pad:l,dimRoundingMode:a}=o,u=1;k(_e(i,u),()=>`Error in avgPool: Either strides or dilations must be 1. Got strides ${i} and dilations '${u}'`);let c=Dt(n.shape,s,i,u,l,a);if(c.filterWidth===1&&c.filterHeight===1&&G(c.inShape,c.outShape))return W({inputs:{x:n},backend:t});let p=new nt(c,"avg",!1);return t.runWebGLProgram(p,[n],"float32")}var Yi={kernelName:tn,backendName:"webgl",kernelFunc:Au};var st=class{constructor(e,t,o,n=!1,s=!1,i=!1,l=null,a=!1,u=!1){this.variableNames=["matrixA","matrixB"],this.packedInputs=!0,this.packedOutput=!0,this.outputShape=o,this.enableShapeUniforms=D(this.outputShape.length);let c=n?e[1]:e[2],p=Math.ceil(c/2),f=n?"i * 2, rc.y":"rc.y, i * 2",d=s?"rc.z, i * 2":"i * 2, rc.z",m=n?["a.xxyy","a.zzww"]:["a.xxzz","a.yyww"],g=s?["b.xzxz","b.ywyw"]:["b.xyxy","b.zwzw"],C="",h="";l&&(a?C=`vec4 activation(vec4 a) {
          vec4 b = getPreluActivationWeightsAtOutCoords();
          ${l}
        }`:u?C=`vec4 activation(vec4 a) {
          vec4 b = getLeakyreluAlphaAtOutCoords();
          ${l}
        }`:C=`vec4 activation(vec4 x) {
          ${l}
        }`,h="result = activation(result);");let x=i?"result += getBiasAtOutCoords();":"";i&&this.variableNames.push("bias"),a&&this.variableNames.push("preluActivationWeights"),u&&this.variableNames.push("leakyreluAlpha");let S="rc.x",v="rc.x";e[0]<t[0]?S=`imod(rc.x, ${e[0]})`:t[0]<e[0]&&(v=`imod(rc.x, ${t[0]})`),this.userCode=`
      ${C}
      // Don't use uniform for sharedDimensionPacked for performance.
      const float sharedDimension = ${p}.0;

      vec4 dot2x2ARowBCol(ivec3 rc) {
        vec4 result = vec4(0);
        int batchA = ${S};
        int batchB = ${v};
        for (int i = 0; i < ${p}; i++) {
          vec4 a = getMatrixA(batchA, ${f});
          vec4 b = getMatrixB(batchB, ${d});

          // These swizzled products need to be separately added.
          // See: https://github.com/tensorflow/tfjs/issues/1735
          result += (${m[0]} * ${g[0]});
          result += (${m[1]} * ${g[1]});
        }
        return result;
      }

      void main() {
        ivec3 rc = getOutputCoords();
        vec4 result = dot2x2ARowBCol(rc);

        ${x}

        ${h}

        setOutput(result);
      }
    `}};var yo={REAL:"return areal * breal - aimag * bimag;",IMAG:"return areal * bimag + aimag * breal;"},_t=class{constructor(e,t,o){this.variableNames=["AReal","AImag","BReal","BImag"],this.outputShape=H(t,o),this.userCode=`
      float binaryOpComplex(
          float areal, float aimag, float breal, float bimag) {
        ${e}
      }

      void main() {
        float areal = getARealAtOutCoords();
        float aimag = getAImagAtOutCoords();
        float breal = getBRealAtOutCoords();
        float bimag = getBImagAtOutCoords();
        setOutput(binaryOpComplex(areal, aimag, breal, bimag));
      }
    `}};var Qi="return a * b;";function Oo(r){let{inputs:e,backend:t}=r,{a:o,b:n}=e,s=se(o.dtype,n.dtype);if(o.dtype==="complex64"){let l=t.texData.get(o.dataId),a=t.texData.get(n.dataId),u=new _t(yo.REAL,o.shape,n.shape),c=new _t(yo.IMAG,o.shape,n.shape),p=[{dataId:l.complexTensorInfos.real.dataId,dtype:l.complexTensorInfos.real.dtype,shape:o.shape},{dataId:l.complexTensorInfos.imag.dataId,dtype:l.complexTensorInfos.imag.dtype,shape:o.shape},{dataId:a.complexTensorInfos.real.dataId,dtype:a.complexTensorInfos.real.dtype,shape:n.shape},{dataId:a.complexTensorInfos.imag.dataId,dtype:a.complexTensorInfos.imag.dtype,shape:n.shape}],f=t.runWebGLProgram(u,p,"float32"),d=t.runWebGLProgram(c,p,"float32"),m=ne({inputs:{real:f,imag:d},backend:t});return t.disposeIntermediateTensorInfo(f),t.disposeIntermediateTensorInfo(d),m}if(t.shouldExecuteOnCPU([o,n])){let l=t.texData.get(o.dataId),a=t.texData.get(n.dataId),[u,c]=eo(o.shape,n.shape,l.values,a.values,s),p=t.makeTensorInfo(c,s),f=t.texData.get(p.dataId);return f.values=u,p}let i;return $().getBool("WEBGL_PACK_BINARY_OPERATIONS")?i=new fe(Qi,o.shape,n.shape):i=new ae(Qi,o.shape,n.shape),t.runWebGLProgram(i,[o,n],s)}var Zi={kernelName:_n,backendName:"webgl",kernelFunc:Oo};var Rt=class{constructor(e,t){this.variableNames=["x"];let{windowSize:o,batchSize:n,inSize:s,outSize:i}=e;this.outputShape=[n,i];let l=Math.floor(o/4)*4,a=o%4,u="sumValue += dot(values, ones);";if(t!=null){let p=1/t;u=`sumValue += dot(values * ${Ho(p)?p.toPrecision(2):p}, ones);`}let c="";s%o>0&&(c=`
        if (inIdx < 0 || inIdx >= ${s}) {
          return 0.0;
        }
      `),this.userCode=`
      const vec4 ones = vec4(1.0, 1.0, 1.0, 1.0);

      float getValue(int batch, int inIdx) {
        ${c}
        return getX(batch, inIdx);
      }

      void main() {
        ivec2 coords = getOutputCoords();
        int batch = coords[0];
        int outIdx = coords[1];
        int inOffset = outIdx * ${o};

        float sumValue = 0.0;

        for (int i = 0; i < ${l}; i += 4) {
          int inIdx = inOffset + i;
          vec4 values = vec4(
            getValue(batch, inIdx),
            getValue(batch, inIdx + 1),
            getValue(batch, inIdx + 2),
            getValue(batch, inIdx + 3)
          );

          ${u}
        }

        int inIdx = inOffset + ${l};
        if (${a===1}) {
          vec4 values = vec4(getValue(batch, inIdx), 0.0, 0.0, 0.0);

          ${u}
        } else if (${a===2}) {
          vec4 values = vec4(
            getValue(batch, inIdx),
            getValue(batch, inIdx + 1), 0.0, 0.0);

          ${u}
        } else if (${a===3}) {
          vec4 values = vec4(
            getValue(batch, inIdx),
            getValue(batch, inIdx + 1),
            getValue(batch, inIdx + 2), 0.0);

          ${u}
        }
        setOutput(sumValue);
      }
    `}};var lr=class{constructor(e,t){this.variableNames=["x"];let{windowSize:o,batchSize:n,inSize:s,outSize:i}=e;this.outputShape=[n,i];let l="0.0",a="";t==="prod"?l="1.0":t==="min"?(l="1.0 / 1e-20",a="min"):t==="max"&&(l="-1.0 / 1e-20",a="max");let u=`${t}(${t}(${t}(minMaxValue[0], minMaxValue[1]), minMaxValue[2]), minMaxValue[3])`;t==="sum"?u="sumValue":t==="prod"?u="prodValue":t==="all"?u="allValue":t==="any"&&(u="anyValue");let c=Math.floor(o/4)*4,p=o%4,f=`
      if (${t==="sum"}) {
        sumValue += dot(values, ones);
      } else if (${t==="prod"}) {
        vec2 tmp = vec2(values[0], values[1]) * vec2(values[2], values[3]);
        prodValue *= tmp[0] * tmp[1];
      } else {
        minMaxValue = ${a}(values, minMaxValue);
        if (${t==="min"} || ${t==="max"}) {
          minMaxValue = ${a}(values, minMaxValue);
          bvec4 isNaN = isnan(values);
          if (isNaN.r || isNaN.g || isNaN.b || isNaN.a) {
            minMaxValue = vec4(NAN);
          }
        }
      }
    `,d="vec4";t==="all"?(l="1.0",f=`
        bool reducedAllValue = all(values);
        float floatedReducedAllValue = float(reducedAllValue);
        allValue = float(allValue >= 1.0 && floatedReducedAllValue >= 1.0);
      `,d="bvec4"):t==="any"&&(l="0.0",f=`
        bool reducedAnyValue = any(values);
        float floatedReducedAnyValue = float(reducedAnyValue);
        anyValue = float(anyValue >= 1.0 || floatedReducedAnyValue >= 1.0);
      `,d="bvec4");let m="";s%o>0&&(m=`
        if (inIdx < 0 || inIdx >= ${s}) {
          return initializationValue;
        }
      `),this.userCode=`
      const float initializationValue = ${l};
      const vec4 ones = vec4(1.0, 1.0, 1.0, 1.0);

      float getValue(int batch, int inIdx) {
        ${m}
        return getX(batch, inIdx);
      }

      void main() {
        ivec2 coords = getOutputCoords();
        int batch = coords[0];
        int outIdx = coords[1];
        int inOffset = outIdx * ${o};

        vec4 minMaxValue = vec4(${l});
        float prodValue = 1.0;
        float sumValue = 0.0;
        float allValue = 1.0;
        float anyValue = 0.0;

        for (int i = 0; i < ${c}; i += 4) {
          int inIdx = inOffset + i;
          ${d} values = ${d}(
            getValue(batch, inIdx),
            getValue(batch, inIdx + 1),
            getValue(batch, inIdx + 2),
            getValue(batch, inIdx + 3)
          );

          ${f}
        }

        int inIdx = inOffset + ${c};
        if (${p===1}) {
          ${d} values = ${d}(
            getValue(batch, inIdx),
            initializationValue,
            initializationValue,
            initializationValue
          );

          ${f}
        } else if (${p===2}) {
          ${d} values = ${d}(
            getValue(batch, inIdx),
            getValue(batch, inIdx + 1),
            initializationValue,
            initializationValue
          );

          ${f}
        } else if (${p===3}) {
          ${d} values = ${d}(
            getValue(batch, inIdx),
            getValue(batch, inIdx + 1),
            getValue(batch, inIdx + 2),
            initializationValue
          );

          ${f}
        }
        setOutput(${u});
      }
    `}};function yu(r){let e=[];for(;e.length===0||e[e.length-1].outSize!==1;){let t=e.length?e[e.length-1].outSize:r[1],o=ht(t);e.push({inSize:t,windowSize:o,outSize:Math.ceil(t/o)})}return e}function he(r,e,t,o){let n=yu(r.shape),s=r;for(let i=0;i<n.length;i++){let{inSize:l,windowSize:a,outSize:u}=n[i],c,p;t==="mean"?c=i===0?new Rt({windowSize:a,inSize:l,batchSize:r.shape[0],outSize:u},l):new Rt({windowSize:a,inSize:l,batchSize:r.shape[0],outSize:u}):c=new lr({windowSize:a,inSize:l,batchSize:r.shape[0],outSize:u},t),p=s,s=o.runWebGLProgram(c,[s],e),p.dataId!==r.dataId&&o.disposeIntermediateTensorInfo(p)}return s}function Ji(r,e,t,o){let n=e,s=r.shape.length,i=z(n,r.shape),l=i,a=re(l,s),u=a!=null,c=r;u&&(c=ye(r,a,o),l=oe(l.length,s)),Y("sum",l,s);let[p,f]=ee(c.shape,l),d=p;t&&(d=te(p,i));let m=I(f),C=I(r.shape)/m,h=R({inputs:{x:c},attrs:{shape:[C,m]},backend:o}),x=kt(r.dtype),S=he(h,x,"sum",o),v=R({inputs:{x:S},attrs:{shape:d},backend:o});return o.disposeIntermediateTensorInfo(h),o.disposeIntermediateTensorInfo(S),u&&o.disposeIntermediateTensorInfo(c),v}function It(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{axis:s,keepDims:i}=o;return Ji(n,s,i,t)}var ea={kernelName:"Sum",backendName:"webgl",kernelFunc:It};var ko=1e3;function Me({a:r,b:e,transposeA:t,transposeB:o,backend:n,bias:s=null,preluActivationWeights:i=null,leakyreluAlpha:l=0,activation:a=null}){let u=r.shape.length,c=e.shape.length,p=t?r.shape[u-2]:r.shape[u-1],f=o?e.shape[c-1]:e.shape[c-2],d=t?r.shape[u-1]:r.shape[u-2],m=o?e.shape[c-2]:e.shape[c-1],g=r.shape.slice(0,-2),C=e.shape.slice(0,-2),h=I(g),x=I(C),v=H(r.shape.slice(0,-2),e.shape.slice(0,-2)).concat([d,m]);k(p===f,()=>`Error in matMul: inner shapes (${p}) and (${f}) of Tensors with shapes ${r.shape} and ${e.shape} and transposeA=${t} and transposeB=${o} must match.`);let b=t?[h,p,d]:[h,d,p],y=o?[x,m,f]:[x,f,m],A=R({inputs:{x:r},backend:n,attrs:{shape:b}}),w=R({inputs:{x:e},backend:n,attrs:{shape:y}}),P=[A,w],U=Math.max(h,x),le=t?A.shape[1]:A.shape[2],Te=s!=null,dt=i!=null,ft=a==="leakyrelu",ke=a!=null?ve(a,!0):null,At=Te||dt||ft||ke!=null,Ge;if((d===1||m===1)&&le>ko&&At===!1){let be=A,ze=w;t&&(be=me({inputs:{x:A},backend:n,attrs:{perm:[0,2,1]}}),P.push(be)),o&&(ze=me({inputs:{x:w},backend:n,attrs:{perm:[0,2,1]}}),P.push(ze));let Xe=m!==1,Nt=m===1,Or=be;Xe&&(Or=R({inputs:{x:be},backend:n,attrs:{shape:[U,le,1]}}),P.push(Or));let cl=m===1?2:1,kr=ze;Nt&&(kr=R({inputs:{x:ze},backend:n,attrs:{shape:[U,1,le]}}),P.push(kr));let Vo=Oo({inputs:{a:Or,b:kr},backend:n});Ge=It({inputs:{x:Vo},backend:n,attrs:{axis:cl,keepDims:!0}}),P.push(Vo)}else{let be=se(r.dtype,e.dtype),ze=new st(b,y,[U,d,m],t,o,Te,ke,dt,ft),Xe=[A,w];if(s!=null&&Xe.push(s),dt&&Xe.push(i),ft){let Nt=n.makeTensorInfo([],"float32",ue(l,"float32"));Xe.push(Nt),P.push(Nt)}Ge=n.runWebGLProgram(ze,Xe,be)}let J=R({inputs:{x:Ge},backend:n,attrs:{shape:v}});P.push(Ge);for(let be of P)n.disposeIntermediateTensorInfo(be);return J}function Ou(r){let{inputs:e,backend:t,attrs:o}=r,{a:n,b:s}=e,{transposeA:i,transposeB:l}=o;return Me({a:n,b:s,transposeA:i,transposeB:l,backend:t})}var ta={kernelName:rn,backendName:"webgl",kernelFunc:Ou};var ur=class{constructor(e,t,o,n,s,i){this.outputShape=[],this.variableNames=["x","mean","variance"],H(e,t),H(e,o);let l="0.0";n!=null&&(H(e,n),this.variableNames.push("offset"),l="getOffsetAtOutCoords()");let a="1.0";s!=null&&(H(e,s),this.variableNames.push("scale"),a="getScaleAtOutCoords()"),this.outputShape=e,this.userCode=`
      void main() {
        float x = getXAtOutCoords();
        float mean = getMeanAtOutCoords();
        float variance = getVarianceAtOutCoords();
        float offset = ${l};
        float scale = ${a};
        float inv = scale * inversesqrt(variance + float(${i}));
        setOutput(dot(vec3(x, -mean, offset), vec3(inv, inv, 1)));
      }
    `}};var cr=class{constructor(e,t,o,n,s,i){this.packedInputs=!0,this.packedOutput=!0,this.variableNames=["x","mean","variance"],H(e,t),H(e,o);let l="vec4(0.0)";n!=null&&(H(e,n),this.variableNames.push("offset"),l="getOffsetAtOutCoords()");let a="vec4(1.0)";s!=null&&(H(e,s),this.variableNames.push("scale"),a="getScaleAtOutCoords()"),this.outputShape=e,this.userCode=`
      void main() {
        vec4 offset = ${l};
        vec4 scale = ${a};

        vec4 x = getXAtOutCoords();
        vec4 mean = getMeanAtOutCoords();
        vec4 variance = getVarianceAtOutCoords();

        vec4 inv = scale * inversesqrt(variance + vec4(${i}));

        setOutput((x - mean) * inv + offset);
      }
    `}};var ku=({inputs:r,backend:e,attrs:t})=>{let{x:o,mean:n,variance:s,offset:i,scale:l}=r;k(n.shape.length===s.shape.length,()=>"Batch normalization gradient requires mean and variance to have equal ranks."),k(i==null||n.shape.length===i.shape.length,()=>"Batch normalization gradient requires mean and offset to have equal ranks."),k(l==null||n.shape.length===l.shape.length,()=>"Batch normalization gradient requires mean and scale to have equal ranks.");let{varianceEpsilon:a}=t;a==null&&(a=.001);let u=[o,n,s],c=null;i!=null&&(c=i.shape,u.push(i));let p=null;l!=null&&(p=l.shape,u.push(l));let f=$().getBool("WEBGL_PACK_NORMALIZATION")?new cr(o.shape,n.shape,s.shape,c,p,a):new ur(o.shape,n.shape,s.shape,c,p,a);return e.runWebGLProgram(f,u,u[0].dtype)},ra={kernelName:dn,backendName:"webgl",kernelFunc:ku};var Fu="return float(a != b);",oa=B({opSnippet:Fu,cpuKernelImpl:uo,dtype:"bool"});function Oe(r){let{inputs:e,backend:t}=r,{input:o}=e,n=t.texData.get(o.dataId);return W({inputs:{x:n.complexTensorInfos.real},backend:t})}var Du="return float(int(x));";function na(r,e){let t=new K(r.shape,Du),o=e.runWebGLProgram(t,[r],"int32");return{dataId:o.dataId,shape:o.shape,dtype:o.dtype}}function Fo(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{dtype:s}=o;if(s==="complex64"){if(n.dtype==="complex64")return W({inputs:{x:n},backend:t});let i=ds(n.shape),l=Fo({inputs:{x:n},backend:t,attrs:{dtype:"float32"}}),a=ne({inputs:{real:l,imag:i},backend:t});return i.dispose(),t.disposeIntermediateTensorInfo(l),a}if(n.dtype==="complex64"){let i=Oe({inputs:{input:n},backend:t}),l=Fo({inputs:{x:i},backend:t,attrs:{dtype:s}});return t.disposeIntermediateTensorInfo(i),l}if(!jo(n.dtype,s)){let i=W({inputs:{x:n},backend:t});return{dataId:i.dataId,shape:i.shape,dtype:s}}if(t.shouldExecuteOnCPU([n])){let i=t.texData.get(n.dataId).values,[l,a,u]=Mr(i,n.shape,n.dtype,s);return t.makeTensorInfo(l,a,u)}if(s==="int32")return na(n,t);if(s==="bool"){let i=t.makeTensorInfo([],"bool",yt("bool",1)),a=oa({inputs:{a:n,b:i},backend:t});return t.disposeIntermediateTensorInfo(i),a}throw new Error(`Error in Cast: failed to cast ${n.dtype} to ${s}`)}var sa={kernelName:on,backendName:"webgl",kernelFunc:Fo};var pr=class{constructor(e){this.variableNames=["A"],this.customUniforms=[{name:"minVal",type:"float"},{name:"maxVal",type:"float"}],this.outputShape=e,this.userCode=`

      void main() {
        float value = getAAtOutCoords();
        if (isnan(value)) {
          setOutput(value);
          return;
        }

        setOutput(clamp(value, minVal, maxVal));
      }
    `}};var dr=class{constructor(e){this.variableNames=["A"],this.packedInputs=!0,this.packedOutput=!0,this.customUniforms=[{name:"minVal",type:"float"},{name:"maxVal",type:"float"}],this.outputShape=e,this.userCode=`
      void main() {
        vec4 value = getAAtOutCoords();

        if (any(isnan(value))) {
          setOutput(value);
          return;
        }

        setOutput(clamp(value, vec4(minVal), vec4(maxVal)));
      }
    `}};function Pu(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{clipValueMin:s,clipValueMax:i}=o,l;$().getBool("WEBGL_PACK_CLIP")?l=new dr(n.shape):l=new pr(n.shape);let a=[[s],[i]];return t.runWebGLProgram(l,[n],n.dtype,a)}var ia={kernelName:nn,backendName:"webgl",kernelFunc:Pu};var fr=class{constructor(e){this.outputShape=[],this.outputShape=ce(e,1),this.variableNames=e.map((i,l)=>`T${l}`);let t=new Array(e.length-1);t[0]=e[0][1];for(let i=1;i<t.length;i++)t[i]=t[i-1]+e[i][1];let o=[`if (yC < ${t[0]}) setOutput(getT0(yR, yC));`];for(let i=1;i<t.length;i++){let l=t[i-1];o.push(`else if (yC < ${t[i]}) setOutput(getT${i}(yR, yC-${l}));`)}let n=t.length,s=t[t.length-1];o.push(`else setOutput(getT${n}(yR, yC-${s}));`),this.userCode=`
      void main() {
        ivec2 coords = getOutputCoords();
        int yR = coords.x;
        int yC = coords.y;

        ${o.join(`
        `)}
      }
    `}};var hr=class{constructor(e,t){this.packedInputs=!0,this.packedOutput=!0,this.outputShape=[],this.outputShape=ce(e,t);let o=this.outputShape,n=o.length,s=O(n),i=V("coords",n),l=["x","y","z","w","u","v"].slice(0,n);this.variableNames=e.map((g,C)=>`T${C}`);let a=new Array(e.length-1);a[0]=e[0][t];for(let g=1;g<a.length;g++)a[g]=a[g-1]+e[g][t];let u=l[t],c=l.slice(-2),p=l.join(),f=`if (${u} < ${a[0]}) {
        return getChannel(
            getT0(${p}), vec2(${c.join()}));
        }`;for(let g=1;g<a.length;g++){let C=a[g-1];f+=`
        if (${u} < ${a[g]}  && ${u} >= ${a[g-1]}) {
          return getChannel(
            getT${g}(${mr(l,u,C)}),
            vec2(${mr(c,u,C)}));
        }`}let d=a.length,m=a[a.length-1];f+=`
        return getChannel(
          getT${d}(${mr(l,u,m)}),
          vec2(${mr(c,u,m)}));`,this.userCode=`
      float getValue(${l.map(g=>"int "+g)}) {
        ${f}
      }

      void main() {
        ${s} coords = getOutputCoords();
        vec4 result = vec4(getValue(${i}), 0., 0., 0.);

        ${i[n-1]} = ${i[n-1]} + 1;
        if (${i[n-1]} < ${o[n-1]}) {
          result.g = getValue(${i});
        }

        ${i[n-2]} = ${i[n-2]} + 1;
        if (${i[n-2]} < ${o[n-2]}) {
          result.a = getValue(${i});
        }

        ${i[n-1]} = ${i[n-1]} - 1;
        if (${i[n-2]} < ${o[n-2]} &&
            ${i[n-1]} < ${o[n-1]}) {
          result.b = getValue(${i});
        }
        setOutput(result);
      }
    `}};function mr(r,e,t){let o=r.indexOf(e);return r.map((s,i)=>i===o?`${s} - ${t}`:s).join()}function it(r){let{inputs:e,backend:t}=r,{input:o}=e,n=t.texData.get(o.dataId);return W({inputs:{x:n.complexTensorInfos.imag},backend:t})}function at(r,e,t){let o=r[0].dtype;if(o==="complex64"){let d=r.map(x=>Oe({inputs:{input:x},backend:t})),m=r.map(x=>it({inputs:{input:x},backend:t})),g=at(d,e,t),C=at(m,e,t),h=ne({inputs:{real:g,imag:C},backend:t});return d.forEach(x=>t.disposeIntermediateTensorInfo(x)),m.forEach(x=>t.disposeIntermediateTensorInfo(x)),t.disposeIntermediateTensorInfo(g),t.disposeIntermediateTensorInfo(C),h}let n=t.shouldExecuteOnCPU(r);if(o==="string"&&(n=!0),n){let d=r.map(v=>{let y=[-1,I(v.shape.slice(e))];return R({inputs:{x:v},backend:t,attrs:{shape:y}})}),m=d.map(v=>({vals:t.readSync(v.dataId),shape:v.shape})),g=ce(d.map(v=>v.shape),1),C=d[0].shape[0]===1,h=Wr(m,g,o,C),x=ce(r.map(v=>v.shape),e),S=t.makeTensorInfo(x,o,h);return d.forEach(v=>t.disposeIntermediateTensorInfo(v)),S}let s=r.filter(d=>I(d.shape)>0),i=$().getBool("WEBGL_PACK_ARRAY_OPERATIONS")&&s[0].shape.length>1;if(s.length===1){let d=i?new K(r[0].shape,de):new j(r[0].shape,de);return t.runWebGLProgram(d,r,o)}let l=$().getNumber("WEBGL_MAX_TEXTURES_IN_SHADER");if(s.length>l){let d=[];for(let g=0;g<s.length;g+=l){let C=s.slice(g,g+l);d.push(at(C,e,t))}let m=at(d,e,t);for(let g of d)t.disposeIntermediateTensorInfo(g);return m}if(i){let d=new hr(s.map(m=>m.shape),e);return t.runWebGLProgram(d,s,o)}let{tensors2D:a,outShape:u}=Lu(s,e,t),c=new fr(a.map(d=>d.shape)),p=t.runWebGLProgram(c,a,o);a.forEach(d=>t.disposeIntermediateTensorInfo(d));let f=R({inputs:{x:p},attrs:{shape:u},backend:t});return t.disposeIntermediateTensorInfo(p),f}function Lu(r,e,t){let o=ce(r.map(s=>s.shape),e);return{tensors2D:r.map(s=>R({inputs:{x:s},attrs:{shape:[-1,I(s.shape.slice(e))]},backend:t})),outShape:o}}function Do(r){let{inputs:e,backend:t,attrs:o}=r,{axis:n}=o,s=z(n,e[0].shape)[0],i=e.map(u=>u.shape);hs(i,s);let l=ce(e.map(u=>u.shape),s);if(I(l)===0)return t.makeTensorInfo(l,e[0].dtype,[]);let a=e.filter(u=>I(u.shape)>0);return a.length===1?W({inputs:{x:a[0]},backend:t}):at(a,s,t)}var aa={kernelName:sn,backendName:"webgl",kernelFunc:Do};var lt=class{constructor(e,t=!1,o=null,n=!1,s=!1){this.variableNames=["x","W"],this.outputShape=e.outShape;let i=e.padInfo.top,l=e.padInfo.left,a=e.strideHeight,u=e.strideWidth,c=e.dilationHeight,p=e.dilationWidth,f=e.filterHeight,d=e.filterWidth,m=Math.floor(e.inChannels/4)*4,g=e.inChannels%4,C=e.dataFormat==="channelsLast",h=C?1:2,x=C?2:3,S=C?3:1,v="",b="";o&&(n?v=`float activation(float a) {
          float b = getPreluActivationWeightsAtOutCoords();
          ${o}
        }`:s?v=`float activation(float a) {
          float b = getLeakyreluAlphaAtOutCoords();
          ${o}
        }`:v=`
          float activation(float x) {
            ${o}
          }
        `,b="result = activation(result);");let y=t?"result += getBiasAtOutCoords();":"";t&&this.variableNames.push("bias"),n&&this.variableNames.push("preluActivationWeights"),s&&this.variableNames.push("leakyreluAlpha"),this.userCode=`
      ${v}

      const ivec2 strides = ivec2(${a}, ${u});
      const ivec2 pads = ivec2(${i}, ${l});

      void main() {
        ivec4 coords = getOutputCoords();
        int batch = coords[0];
        int d2 = coords[${S}];

        ivec2 xRCCorner =
            ivec2(coords[${h}], coords[${x}]) * strides - pads;
        int xRCorner = xRCCorner.x;
        int xCCorner = xRCCorner.y;

        // Convolve x(?, ?, d1) with w(:, :, d1, d2) to get y(yR, yC, d2).
        // ? = to be determined. : = across all values in that axis.
        float dotProd = 0.0;
        for (int wR = 0; wR < ${f}; wR++) {
          int xR = xRCorner + wR * ${c};

          if (xR < 0 || xR >= ${e.inHeight}) {
            continue;
          }

          for (int wC = 0; wC < ${d}; wC++) {
            int xC = xCCorner + wC * ${p};

            if (xC < 0 || xC >= ${e.inWidth}) {
              continue;
            }

            for (int d1 = 0; d1 < ${m}; d1 += 4) {
              vec4 wValues = vec4(
                getW(wR, wC, d1, d2),
                getW(wR, wC, d1 + 1, d2),
                getW(wR, wC, d1 + 2, d2),
                getW(wR, wC, d1 + 3, d2)
              );

              if (${C}) {
                vec4 xValues = vec4(
                  getX(batch, xR, xC, d1),
                  getX(batch, xR, xC, d1 + 1),
                  getX(batch, xR, xC, d1 + 2),
                  getX(batch, xR, xC, d1 + 3)
                );
                dotProd += dot(xValues, wValues);
              } else {
                vec4 xValues = vec4(
                  getX(batch, d1, xR, xC),
                  getX(batch, d1 + 1, xR, xC),
                  getX(batch, d1 + 2, xR, xC),
                  getX(batch, d1 + 3, xR, xC)
                );
                dotProd += dot(xValues, wValues);
              }
            }

            if (${g===1}) {

              if (${C}) {
                dotProd +=
                    getX(batch, xR, xC, ${m}) *
                    getW(wR, wC, ${m}, d2);
              } else {
                dotProd +=
                    getX(batch, ${m}, xR, xC) *
                    getW(wR, wC, ${m}, d2);
              }

            } else if (${g===2}) {
              vec2 wValues = vec2(
                getW(wR, wC, ${m}, d2),
                getW(wR, wC, ${m} + 1, d2)
              );

              if (${C}) {
                vec2 xValues = vec2(
                  getX(batch, xR, xC, ${m}),
                  getX(batch, xR, xC, ${m} + 1)
                );
                dotProd += dot(xValues, wValues);
              } else {
                vec2 xValues = vec2(
                  getX(batch, ${m}, xR, xC),
                  getX(batch, ${m} + 1, xR, xC)
                );
                dotProd += dot(xValues, wValues);
              }

            } else if (${g===3}) {
              vec3 wValues = vec3(
                getW(wR, wC, ${m}, d2),
                getW(wR, wC, ${m} + 1, d2),
                getW(wR, wC, ${m} + 2, d2)
              );

              if (${C}) {
                vec3 xValues = vec3(
                  getX(batch, xR, xC, ${m}),
                  getX(batch, xR, xC, ${m} + 1),
                  getX(batch, xR, xC, ${m} + 2)
                );
                dotProd += dot(xValues, wValues);
              } else {
                vec3 xValues = vec3(
                  getX(batch, ${m}, xR, xC),
                  getX(batch, ${m} + 1, xR, xC),
                  getX(batch, ${m} + 2, xR, xC)
                );
                dotProd += dot(xValues, wValues);
              }

            }
          }
        }

        float result = dotProd;
        ${y}
        ${b}
        setOutput(result);
      }
    `}};var ut=class{constructor(e,t=!1,o=null,n=!1,s=!1){this.variableNames=["x","W"],this.packedInputs=!0,this.packedOutput=!0,this.customUniforms=[{name:"pads",type:"ivec2"},{name:"strides",type:"ivec2"},{name:"dilations",type:"ivec2"},{name:"inDims",type:"ivec2"}],this.outputShape=e.outShape,this.enableShapeUniforms=D(this.outputShape.length);let i=e.padInfo.left,l=e.strideWidth,a=e.dilationWidth,u=e.filterHeight,c=e.filterWidth,p=c,f=`
       int xR; int xC; int xCOffset;
       vec4 wTexel; vec4 previous; vec4 final;`;for(let C=0;C<c;C++)f+=`
           vec4 xTexelC${C*2};
           int xTexelC${C*2}Ready;
           vec4 xTexelC${C*2+1};
           int xTexelC${C*2+1}Ready;
           vec4 xC${C};`;f+=`
     for (int r = 0; r < ${u}; r++) {
      for (int d1 = 0; d1 < ${e.inChannels}; d1 += 2) {
       `;for(let C=0;C<c;C++)f+=`
           xTexelC${C*2} = vec4(0.0);
           xTexelC${C*2}Ready = 0;
           xTexelC${C*2+1} = vec4(0.0);
           xTexelC${C*2+1}Ready = 0;
           xC${C} = vec4(0.0);`;f+=`
         xR = xRCorner + r * dilations[0];
         if (xR >=0 && xR < inDims[0]) {
       `;for(let C=0;C<(p+1)/2;C++){let h=C*2;if(f+=`
           xC = xCCorner + ${h*a};
           `,l===1){if(h<c&&(i%2===1?(f+=`
                 xCOffset = xC + 1;
                 if (xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${h}Ready == 0) {
                   xTexelC${h} = getX(batch, xR, xCOffset, d1);

                   // Need to manually clear unused channels in case
                   // we're reading from recycled texture.
                   if (xCOffset + 1 >= inDims[1]) {
                     xTexelC${h}.zw = vec2(0.0);
                   }
                   xTexelC${h}Ready = 1;
                 }
               `,a===1&&h>0?f+=`
                 xC${h} = vec4(xTexelC${h-2}.zw, xTexelC${h}.xy);
                 `:f+=`
                   xCOffset = xC + 1 - 2;

                   if (xCOffset >= 0 && xCOffset < inDims[1]) {
                     previous = getX(batch, xR, xCOffset, d1);

                     // Need to manually clear unused channels in case
                     // we're reading from recycled texture.
                     if (xCOffset + 1 >= inDims[1]) {
                       previous.zw = vec2(0.0);
                     }

                     xC${h} = vec4(previous.zw, xTexelC${h}.xy);
                   } else {
                     xC${h} = vec4(0.0, 0.0, xTexelC${h}.xy);
                   }
                   `):f+=`
                 if (xC >= 0 && xC < inDims[1] && xTexelC${h}Ready == 0) {
                   xTexelC${h} = getX(batch, xR, xC, d1);
                   if (xC + 1 >= inDims[1]) {
                     xTexelC${h}.zw = vec2(0.0);
                   }
                   xTexelC${h}Ready = 1;
                 }

                 xC${h} = xTexelC${h};
                 `,h+1<c)){let x=i%2===0?He(a):a;a%2===0&&i%2===1||a%2!==0&&i%2!==1?(f+=`
                   xCOffset = xC + imod(pads[1], 2) + ${x};

                   if (xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${h+1}Ready == 0) {
                     xTexelC${h+1} = getX(batch, xR, xCOffset, d1);

                     // Need to manually clear unused channels in case
                     // we're reading from recycled texture.
                     if (xCOffset + 1 >= inDims[1]) {
                       xTexelC${h+1}.zw = vec2(0.0);
                     }
                     xTexelC${h+1}Ready = 1;
                   }
                   `,a>1?f+=`
                     xCOffset -= 2;
                     if (xCOffset >= 0 && xCOffset < inDims[1]) {
                      previous = getX(batch, xR, xCOffset, d1);
                      xC${h+1} = vec4(previous.zw, xTexelC${h+1}.xy);
                     } else {
                      xC${h+1} = vec4(0.0, 0.0, xTexelC${h+1}.xy);
                     }
                     `:f+=`
                     xC${h+1} = vec4(xTexelC${h}.zw, xTexelC${h+1}.xy);
                     `):x===1?f+=`
                     xC${h+1} = xTexelC${h};
                     `:f+=`
                     xCOffset = xC + ${x};

                     if (xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${h+1}Ready == 0) {
                       xTexelC${h+1} = getX(batch, xR, xCOffset, d1);
                       if (xCOffset + 1 >= inDims[1]) {
                         xTexelC${h+1}.zw = vec2(0.0);
                       }
                       xTexelC${h+1}Ready = 1;
                     }

                     xC${h+1} = xTexelC${h+1};
                     `}}else h<c&&(i%2===1?(f+=`
                 xCOffset = xC + 1 - strides[1];
                 if(xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${h}Ready == 0) {
                   xTexelC${h} = getX(batch, xR, xCOffset, d1);
                   // Need to manually clear unused channels in case
                   // we're reading from recycled texture.
                   if (xCOffset + 1 >= inDims[1]) {
                     xTexelC${h}.zw = vec2(0.0);
                   }
                   xTexelC${h}Ready = 1;
                 }

                 if(xC + 1 >= 0 && xC + 1 < inDims[1] && xTexelC${h+1}Ready == 0) {
                   xTexelC${h+1} = getX(batch, xR, xC + 1, d1);
                   // Need to manually clear unused channels in case
                   // we're reading from recycled texture.
                   if (xC + 2 >= inDims[1]) {
                     xTexelC${h+1}.zw = vec2(0.0);
                   }
                   xTexelC${h+1}Ready = 1;
                 }

                 xC${h} = vec4(xTexelC${h}.zw, xTexelC${h+1}.zw);
               `,h+1<c&&(f+=`
                   final = vec4(0.0);
                   xCOffset = xC + 1 + strides[1];
                   if(xCOffset >= 0 && xCOffset < inDims[1]) {
                     final = getX(batch, xR, xCOffset, d1);
                   }
                   xC${h+1} = vec4(xTexelC${h+1}.xy, final.xy);
                 `)):(f+=`
                 if(xC >= 0 && xC < inDims[1] && xTexelC${h}Ready == 0) {
                   xTexelC${h} = getX(batch, xR, xC, d1);
                   if (xC + 1 >= inDims[1]) {
                     xTexelC${h}.zw = vec2(0.0);
                   }
                   xTexelC${h}Ready = 1;
                 }

                 xCOffset = xC + strides[1];
                 if(xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${h+1}Ready == 0) {
                   xTexelC${h+1} = getX(batch, xR, xCOffset, d1);
                   if (xCOffset + 1 >= inDims[1]) {
                     xTexelC${h+1}.zw = vec2(0.);
                   }
                   xTexelC${h+1}Ready = 1;
                 }

                 xC${h} = vec4(
                   xTexelC${h}.xy, xTexelC${h+1}.xy);
               `,h+1<c&&(f+=`
                   xC${h+1} = vec4(xTexelC${h}.zw, xTexelC${h+1}.zw);
                 `)));h<c&&(f+=`
             wTexel = getW(r, ${h}, d1, d2);
             dotProd += xC${h}.xxzz * vec4(wTexel.xy, wTexel.xy);
             if(d1 + 1 < ${e.inChannels}) {
               dotProd += xC${h}.yyww * vec4(wTexel.zw, wTexel.zw);
             }
           `,h+1<c&&(f+=`
               wTexel = getW(r, ${h+1}, d1, d2);
               dotProd += xC${h+1}.xxzz * vec4(wTexel.xy, wTexel.xy);
               if(d1 + 1 < ${e.inChannels}) {
                 dotProd += xC${h+1}.yyww * vec4(wTexel.zw, wTexel.zw);
               }
             `))}f+=`
     }
   `,f+=`
     }
   `,f+=`
     }
   `;let d="",m="";o&&(n?d=`vec4 activation(vec4 a) {
           vec4 b = getPreluActivationWeightsAtOutCoords();
           ${o}
         }`:s?d=`vec4 activation(vec4 a) {
           vec4 b = getLeakyreluAlphaAtOutCoords();
           ${o}
         }`:d=`vec4 activation(vec4 x) {
           ${o}
         }`,m="result = activation(result);");let g=t?"result += getBiasAtOutCoords();":"";t&&this.variableNames.push("bias"),n&&this.variableNames.push("preluActivationWeights"),s&&this.variableNames.push("leakyreluAlpha"),this.userCode=`
       ${d}

       void main() {
         ivec4 coords = getOutputCoords();
         int batch = coords.x;
         ivec2 xRCCorner = coords.yz * strides - pads;
         int d2 = coords.w;
         int xRCorner = xRCCorner.x;
         int xCCorner = xRCCorner.y;

         //intialize dotProd with a small epsilon seems to reduce GPU accuracy loss.
         vec4 dotProd = vec4(0.000000000000001);

         ${f}

         vec4 result = dotProd - vec4(0.000000000000001);
         ${g}
         ${m}
         setOutput(result);
       }
     `}};var xr=class{constructor(e,t){this.variableNames=["A"],this.packedInputs=!0,this.packedOutput=!0,this.customUniforms=[{name:"inputShape",type:"ivec4"},{name:"pad",type:"ivec2"},{name:"stride",type:"ivec2"},{name:"dilation",type:"ivec2"},{name:"inChannels",type:"int"},{name:"itemsPerBlockRow",type:"int"},{name:"outWidth",type:"int"}],this.outputShape=e,this.enableShapeUniforms=D(this.outputShape.length);let{dataFormat:o}=t,n=M(),s=o==="channelsLast",i=s?1:2,l=s?2:3,a=this.enableShapeUniforms?"if(blockIndex < outShape[2] && pos < outShape[1]) {":`if(blockIndex < ${e[2]} && pos < ${e[1]}) {`,u="";for(let c=0;c<=1;c++)for(let p=0;p<=1;p++)u+=`
          blockIndex = rc.z + ${p};
          pos = rc.y + ${c};

          ${a}
            offsetY = int(blockIndex / outWidth) * stride[0] - pad[0];
            d0 = offsetY + dilation[0] * (pos / itemsPerBlockRow);

            if(d0 < inputShape[${i}] && d0 >= 0) {
              // Use custom imod instead mod. On Intel GPU, mod may generate
              // unexpected value.
              // https://github.com/tensorflow/tfjs/issues/5447
              offsetX = imod(blockIndex, outWidth) * stride[1] - pad[1];
              d1 = offsetX + dilation[1] * (imod(pos, itemsPerBlockRow) /
                  inChannels);

              if(d1 < inputShape[${l}] && d1 >= 0) {

                ch = imod(pos, inChannels);

                if (${s}) {
                  innerDims = vec2(d1, ch);
                  result[${c*2+p}] = getChannel(
                    getA(rc.x, d0, int(innerDims.x),
                    int(innerDims.y)), innerDims);
                } else {
                  innerDims = vec2(d0, d1);
                  result[${c*2+p}] = getChannel(
                    getA(rc.x, ch, int(innerDims.x),
                    int(innerDims.y)), innerDims);
                }
              }
            }
          }
        `;this.userCode=`
      void main() {
        ivec3 rc = getOutputCoords();

        vec4 result = vec4(0);

        int blockIndex, pos, offsetY, d0, offsetX, d1, ch;
        vec2 innerDims;

        ${u}

        ${n.output} = result;
      }
    `}};function gr(r,e){let t=r.length;return t>=3?e?[...r.slice(0,-3),r[t-3]*r[t-2],r[t-1]]:[...r.slice(0,-3),r[t-3],r[t-2]*r[t-1]]:!e&&t===1&&r[0]>1?[r[0],1]:null}function Cr({x:r,filter:e,convInfo:t,backend:o,bias:n=null,preluActivationWeights:s=null,leakyreluAlpha:i=0,activation:l=null}){let a=r.shape,u=o.texData.get(r.dataId),c=t.inChannels,p=a[0]*a[1]*a[2],f=t.outChannels,d=t.dataFormat==="channelsLast",m=!1,g=!1,C,h=[];if(s!=null){let v=gr(s.shape,d);v!=null&&(s=R({inputs:{x:s},backend:o,attrs:{shape:v}}),h.push(s))}if(n!=null){let v=gr(n.shape,d);v!=null&&(n=R({inputs:{x:n},backend:o,attrs:{shape:v}}),h.push(n))}if(!((p===1||f===1)&&c>ko)&&u.isPacked&&d&&u.texture!=null&&a[2]%2!==0&&G(u.shape.slice(-3),a.slice(-3))){let v=a[0]*a[1]*(a[2]+1),b={dataId:r.dataId,shape:[1,v,t.inChannels],dtype:r.dtype},y=u.shape;u.shape=u.shape.slice(),u.shape[u.shape.length-2]++,k(Le(u.shape,b.shape),()=>`packed reshape ${u.shape} to ${b.shape} isn't free`);let A=R({inputs:{x:e},backend:o,attrs:{shape:[1,t.inChannels,t.outChannels]}});h.push(A);let w=Me({a:b,b:A,backend:o,transposeA:m,transposeB:g,bias:n,activation:l,preluActivationWeights:s,leakyreluAlpha:i}),P=o.texData.get(w.dataId);k(P.isPacked,()=>"batchMatMul result is expected to be packed"),u.shape=y,P.shape=t.outShape,C=W({inputs:{x:w},backend:o}),C.shape=t.outShape,h.push(w)}else{let v=t.outHeight*t.outWidth,b=R({inputs:{x:r},backend:o,attrs:{shape:d?[t.batchSize,v,t.inChannels]:[t.batchSize,t.inChannels,v]}}),y=R({inputs:{x:e},backend:o,attrs:{shape:[1,t.inChannels,t.outChannels]}}),A=Me({a:d?b:y,b:d?y:b,transposeA:!d,transposeB:g,backend:o,bias:n,activation:l,preluActivationWeights:s,leakyreluAlpha:i});C=R({inputs:{x:A},backend:o,attrs:{shape:t.outShape}}),h.push(b),h.push(y),h.push(A)}for(let v of h)o.disposeIntermediateTensorInfo(v);return C}function $r({x:r,filter:e,convInfo:t,backend:o,bias:n=null,preluActivationWeights:s=null,leakyreluAlpha:i=0,activation:l=null}){let{filterWidth:a,filterHeight:u,inChannels:c,outWidth:p,outHeight:f,dataFormat:d}=t,m=d==="channelsLast",g=a*u*c,C=f*p,h=[t.batchSize,g,C],x=!0,S=!1,v=[];if(s!=null){let J=gr(s.shape,m);J!=null&&(s=R({inputs:{x:s},backend:o,attrs:{shape:J}}),v.push(s))}if(n!=null){let J=gr(n.shape,m);J!=null&&(n=R({inputs:{x:n},backend:o,attrs:{shape:J}}),v.push(n))}let b=R({inputs:{x:e},backend:o,attrs:{shape:[1,g,I(e.shape)/g]}});v.push(b);let y=new xr(h,t),A=[r.shape,[t.padInfo.top,t.padInfo.left],[t.strideHeight,t.strideWidth],[t.dilationHeight,t.dilationWidth],[t.inChannels],[t.filterWidth*t.inChannels],[t.outWidth]],w=o.runWebGLProgram(y,[r],"float32",A),P=R({inputs:{x:w},backend:o,attrs:{shape:h}});v.push(w),v.push(P);let U=n!=null,le=s!=null,Te=l==="leakyrelu",dt=l?ve(l,!0):null,ft=new st(m?P.shape:b.shape,m?b.shape:P.shape,m?[t.batchSize,C,t.outChannels]:[t.batchSize,t.outChannels,C],x,S,U,dt,le,Te),ke=m?[P,b]:[b,P];if(n&&ke.push(n),le&&ke.push(s),Te){let J=o.makeTensorInfo([],"float32",ue(i,"float32"));ke.push(J),v.push(J)}let At=o.runWebGLProgram(ft,ke,"float32"),Ge=R({inputs:{x:At},backend:o,attrs:{shape:t.outShape}});v.push(At);for(let J of v)o.disposeIntermediateTensorInfo(J);return Ge}function Uu(r){let{inputs:e,backend:t,attrs:o}=r,{x:n,filter:s}=e,{strides:i,pad:l,dataFormat:a,dilations:u,dimRoundingMode:c}=o,p=Pt(a),f=Se(n.shape,s.shape,i,u,l,c,!1,p),d;if(f.filterHeight===1&&f.filterWidth===1&&f.dilationHeight===1&&f.dilationWidth===1&&f.strideHeight===1&&f.strideWidth===1&&(f.padInfo.type==="SAME"||f.padInfo.type==="VALID"))d=Cr({x:n,filter:s,convInfo:f,backend:t});else if(f.strideWidth<=2&&p==="channelsLast"&&$().getBool("WEBGL_EXP_CONV")){let g=new ut(f),C=[[f.padInfo.top,f.padInfo.left],[f.strideHeight,f.strideWidth],[f.dilationHeight,f.dilationWidth],[f.inHeight,f.inWidth]];d=t.runWebGLProgram(g,[n,s],"float32",C)}else if($().getBool("WEBGL_CONV_IM2COL"))d=$r({x:n,filter:s,convInfo:f,backend:t});else{let g=new lt(f);d=t.runWebGLProgram(g,[n,s],"float32")}let m=R({inputs:{x:d},backend:t,attrs:{shape:f.outShape}});return t.disposeIntermediateTensorInfo(d),m}var la={kernelName:an,backendName:"webgl",kernelFunc:Uu};var ct=class{constructor(e,t=!1,o=null,n=!1,s=!1){this.variableNames=["x","W"],this.customUniforms=[{name:"pads",type:"ivec2"},{name:"strides",type:"ivec2"},{name:"dilations",type:"ivec2"},{name:"inDims",type:"ivec2"}],this.outputShape=e.outShape,this.enableShapeUniforms=D(this.outputShape.length);let i=e.filterHeight,l=e.filterWidth,a=e.outChannels/e.inChannels,u="",c="";o&&(n?u=`float activation(float a) {
          float b = getPreluActivationWeightsAtOutCoords();
          ${o}
        }`:s?u=`float activation(float a) {
          float b = getLeakyreluAlphaAtOutCoords();
          ${o}
        }`:u=`
          float activation(float x) {
            ${o}
          }
        `,c="result = activation(result);");let p=t?"result += getBiasAtOutCoords();":"";t&&this.variableNames.push("bias"),n&&this.variableNames.push("preluActivationWeights"),s&&this.variableNames.push("leakyreluAlpha"),this.userCode=`
      ${u}

      void main() {
        ivec4 coords = getOutputCoords();
        int batch = coords.x;
        ivec2 xRCCorner = coords.yz * strides - pads;
        int d2 = coords.w;
        int d1 = d2 / ${a};
        int q = d2 - d1 * ${a};

        int xRCorner = xRCCorner.x;
        int xCCorner = xRCCorner.y;

        // Convolve x(?, ?, d1) with w(:, :, d1, q) to get y(yR, yC, d2).
        // ? = to be determined. : = across all values in that axis.
        float dotProd = 0.0;
        // TO DO(dsmilkov): Flatten the two for loops and vec4 the operations.
        for (int wR = 0; wR < ${i}; wR++) {
          int xR = xRCorner + wR * dilations[0];

          if (xR < 0 || xR >= inDims[0]) {
            continue;
          }

          for (int wC = 0; wC < ${l}; wC++) {
            int xC = xCCorner + wC * dilations[1];

            if (xC < 0 || xC >= inDims[1]) {
              continue;
            }

            float xVal = getX(batch, xR, xC, d1);
            float wVal = getW(wR, wC, d1, q);
            dotProd += xVal * wVal;
          }
        }

        float result = dotProd;
        ${p}
        ${c}
        setOutput(result);
      }
    `}};var pt=class{constructor(e,t=!1,o=null,n=!1,s=!1){this.variableNames=["x","W"],this.packedInputs=!0,this.packedOutput=!0,this.customUniforms=[{name:"pads",type:"ivec2"},{name:"strides",type:"ivec2"},{name:"dilations",type:"ivec2"},{name:"inDims",type:"ivec2"}],this.outputShape=e.outShape,this.enableShapeUniforms=D(this.outputShape.length);let i=e.outChannels/e.inChannels,l=e.padInfo.left,a=e.strideWidth,u=e.dilationWidth,c=e.filterHeight,p=e.filterWidth,f=p,d=`
      int xR; int xC; int xCOffset;
      vec4 wTexel; vec4 previous; vec4 final;`;for(let h=0;h<p;h++)d+=`
          vec4 xTexelC${h*2};
          int xTexelC${h*2}Ready;
          vec4 xTexelC${h*2+1};
          int xTexelC${h*2+1}Ready;
          vec4 xC${h};`;d+=`
    for (int r = 0; r < ${c}; r++) {
      `;for(let h=0;h<p;h++)d+=`
          xTexelC${h*2} = vec4(0.0);
          xTexelC${h*2}Ready = 0;
          xTexelC${h*2+1} = vec4(0.0);
          xTexelC${h*2+1}Ready = 0;
          xC${h} = vec4(0.0);`;d+=`
        xR = xRCorner + r * dilations[0];
        if (xR >=0 && xR < inDims[0]) {
      `;for(let h=0;h<(f+1)/2;h++){let x=h*2;if(d+=`
          xC = xCCorner + ${x*u};
          `,a===1){if(x<p&&(l%2===1?(d+=`
                xCOffset = xC + 1;
                if (xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${x}Ready == 0) {
                  xTexelC${x} = getX(batch, xR, xCOffset, d1);

                  // Need to manually clear unused channels in case
                  // we're reading from recycled texture.
                  if (xCOffset + 1 >= inDims[1]) {
                    xTexelC${x}.zw = vec2(0.0);
                  }
                  xTexelC${x}Ready = 1;
                }
              `,u===1&&x>0?d+=`
                xC${x} = vec4(xTexelC${x-2}.zw, xTexelC${x}.xy);
                `:d+=`
                  xCOffset = xC + 1 - 2;

                  if (xCOffset >= 0 && xCOffset < inDims[1]) {
                    previous = getX(batch, xR, xCOffset, d1);

                    // Need to manually clear unused channels in case
                    // we're reading from recycled texture.
                    if (xCOffset + 1 >= inDims[1]) {
                      previous.zw = vec2(0.0);
                    }

                    xC${x} = vec4(previous.zw, xTexelC${x}.xy);
                  } else {
                    xC${x} = vec4(0.0, 0.0, xTexelC${x}.xy);
                  }
                  `):d+=`
                if (xC >= 0 && xC < inDims[1] && xTexelC${x}Ready == 0) {
                  xTexelC${x} = getX(batch, xR, xC, d1);
                  if (xC + 1 >= inDims[1]) {
                    xTexelC${x}.zw = vec2(0.0);
                  }
                  xTexelC${x}Ready = 1;
                }

                xC${x} = xTexelC${x};
                `,x+1<p)){let S=l%2===0?He(u):u;u%2===0&&l%2===1||u%2!==0&&l%2!==1?(d+=`
                  xCOffset = xC + imod(pads[1], 2) + ${S};

                  if (xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${x+1}Ready == 0) {
                    xTexelC${x+1} = getX(batch, xR, xCOffset, d1);

                    // Need to manually clear unused channels in case
                    // we're reading from recycled texture.
                    if (xCOffset + 1 >= inDims[1]) {
                      xTexelC${x+1}.zw = vec2(0.0);
                    }
                    xTexelC${x+1}Ready = 1;
                  }
                  `,u>1?d+=`
                    xCOffset -= 2;
                    if (xCOffset >= 0 && xCOffset < inDims[1]) {
                     previous = getX(batch, xR, xCOffset, d1);
                     xC${x+1} = vec4(previous.zw, xTexelC${x+1}.xy);
                    } else {
                     xC${x+1} = vec4(0.0, 0.0, xTexelC${x+1}.xy);
                    }
                    `:d+=`
                    xC${x+1} = vec4(xTexelC${x}.zw, xTexelC${x+1}.xy);
                    `):S===1?d+=`
                    xC${x+1} = xTexelC${x};
                    `:d+=`
                    xCOffset = xC + ${S};

                    if (xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${x+1}Ready == 0) {
                      xTexelC${x+1} = getX(batch, xR, xCOffset, d1);
                      if (xCOffset + 1 >= inDims[1]) {
                        xTexelC${x+1}.zw = vec2(0.0);
                      }
                      xTexelC${x+1}Ready = 1;
                    }

                    xC${x+1} = xTexelC${x+1};
                    `}}else x<p&&(l%2===1?(d+=`
                xCOffset = xC + 1 - strides[1];
                if(xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${x}Ready == 0) {
                  xTexelC${x} = getX(batch, xR, xCOffset, d1);
                  // Need to manually clear unused channels in case
                  // we're reading from recycled texture.
                  if (xCOffset + 1 >= inDims[1]) {
                    xTexelC${x}.zw = vec2(0.0);
                  }
                  xTexelC${x}Ready = 1;
                }

                if(xC + 1 >= 0 && xC + 1 < inDims[1] && xTexelC${x+1}Ready == 0) {
                  xTexelC${x+1} = getX(batch, xR, xC + 1, d1);
                  // Need to manually clear unused channels in case
                  // we're reading from recycled texture.
                  if (xC + 2 >= inDims[1]) {
                    xTexelC${x+1}.zw = vec2(0.0);
                  }
                  xTexelC${x+1}Ready = 1;
                }

                xC${x} = vec4(xTexelC${x}.zw, xTexelC${x+1}.zw);
              `,x+1<p&&(d+=`
                  final = vec4(0.0);
                  xCOffset = xC + 1 + strides[1];
                  if(xCOffset >= 0 && xCOffset < inDims[1]) {
                    final = getX(batch, xR, xCOffset, d1);
                  }
                  xC${x+1} = vec4(xTexelC${x+1}.xy, final.xy);
                `)):(d+=`
                if(xC >= 0 && xC < inDims[1] && xTexelC${x}Ready == 0) {
                  xTexelC${x} = getX(batch, xR, xC, d1);
                  if (xC + 1 >= inDims[1]) {
                    xTexelC${x}.zw = vec2(0.0);
                  }
                  xTexelC${x}Ready = 1;
                }

                xCOffset = xC + strides[1];
                if(xCOffset >= 0 && xCOffset < inDims[1] && xTexelC${x+1}Ready == 0) {
                  xTexelC${x+1} = getX(batch, xR, xCOffset, d1);
                  if (xCOffset + 1 >= inDims[1]) {
                    xTexelC${x+1}.zw = vec2(0.);
                  }
                  xTexelC${x+1}Ready = 1;
                }

                xC${x} = vec4(
                  xTexelC${x}.xy, xTexelC${x+1}.xy);
              `,x+1<p&&(d+=`
                  xC${x+1} = vec4(xTexelC${x}.zw, xTexelC${x+1}.zw);
                `)));x<p&&(d+=`
            wTexel = getW(r, ${x}, d1, q);
            dotProd += xC${x} * vec4(wTexel.xz, wTexel.xz);
          `,x+1<p&&(d+=`
              wTexel = getW(r, ${x+1}, d1, q);
              dotProd += xC${x+1} * vec4(wTexel.xz, wTexel.xz);
            `))}d+=`
    }
  `,d+=`
      }
    `;let m="",g="";o&&(n?m=`vec4 activation(vec4 a) {
          vec4 b = getPreluActivationWeightsAtOutCoords();
          ${o}
        }`:s?m=`vec4 activation(vec4 a) {
          vec4 b = getLeakyreluAlphaAtOutCoords();
          ${o}
        }`:m=`vec4 activation(vec4 x) {
          ${o}
        }`,g="result = activation(result);");let C=t?"result += getBiasAtOutCoords();":"";t&&this.variableNames.push("bias"),n&&this.variableNames.push("preluActivationWeights"),s&&this.variableNames.push("leakyreluAlpha"),this.userCode=`
      ${m}

      void main() {
        ivec4 coords = getOutputCoords();
        int batch = coords.x;
        ivec2 xRCCorner = coords.yz * strides - pads;
        int d2 = coords.w;
        int d1 = d2 / ${i};
        int q = d2 - d1 * ${i};
        int xRCorner = xRCCorner.x;
        int xCCorner = xRCCorner.y;

        //intialize dotProd with a small epsilon seems to reduce GPU accuracy loss.
        vec4 dotProd = vec4(0.000000000000001);

        ${d}

        vec4 result = dotProd - vec4(0.000000000000001);
        ${C}
        ${g}
        setOutput(result);
      }
    `}};function Bu(r){let{inputs:e,backend:t,attrs:o}=r,{x:n,filter:s}=e,{strides:i,pad:l,dilations:a,dimRoundingMode:u}=o,c=a;c==null&&(c=[1,1]),k(_e(i,c),()=>`Error in depthwiseConv2d: Either strides or dilations must be 1. Got strides ${i} and dilations '${c}'`);let p=Se(n.shape,s.shape,i,c,l,u,!0),f;$().getBool("WEBGL_PACK_DEPTHWISECONV")&&p.strideWidth<=2&&p.outChannels/p.inChannels===1?f=new pt(p):f=new ct(p);let d=[[p.padInfo.top,p.padInfo.left],[p.strideHeight,p.strideWidth],[p.dilationHeight,p.dilationWidth],[p.inHeight,p.inWidth]];return t.runWebGLProgram(f,[n,s],"float32",d)}var ua={kernelName:ln,backendName:"webgl",kernelFunc:Bu};var Mu="return (x >= 0.0) ? x : (exp(x) - 1.0);",Vu=`
  vec4 result;

  result.r = (x.r >= 0.0) ? x.r : (exp(x.r) - 1.0);
  result.g = (x.g >= 0.0) ? x.g : (exp(x.g) - 1.0);
  result.b = (x.b >= 0.0) ? x.b : (exp(x.b) - 1.0);
  result.a = (x.a >= 0.0) ? x.a : (exp(x.a) - 1.0);

  return result;
`,Wu=L({opSnippet:Mu,packedOpSnippet:Vu}),ca={kernelName:"Elu",backendName:"webgl",kernelFunc:Wu};var Gu=`
  // Error function is calculated approximately with elementary function.
  // See "Handbook of Mathematical Functions with Formulas,
  // Graphs, and Mathematical Tables", Abramowitz and Stegun.
  float p = ${Cs};
  float a1 = ${$s};
  float a2 = ${vs};
  float a3 = ${Ts};
  float a4 = ${bs};
  float a5 = ${Es};

  float sign = sign(x);
  x = abs(x);
  float t = 1.0 / (1.0 + p * x);
  return sign * (1.0 - (((((a5*t + a4)*t) + a3)*t + a2)*t + a1)*t*exp(-x*x));
`,zu=L({opSnippet:Gu}),pa={kernelName:"Erf",backendName:"webgl",kernelFunc:zu};var Xu=ot+`
  return exp(x);
`,Hu=`
  vec4 result = exp(x);
  bvec4 isNaN = isnan(x);
  result.r = isNaN.r ? x.r : result.r;
  result.g = isNaN.g ? x.g : result.g;
  result.b = isNaN.b ? x.b : result.b;
  result.a = isNaN.a ? x.a : result.a;

  return result;
`,Po=L({opSnippet:Xu,packedOpSnippet:Hu,cpuKernelImpl:Gr,dtype:"float32"}),da={kernelName:"Exp",backendName:"webgl",kernelFunc:Po};function vr(r){let{inputs:e,attrs:t,backend:o}=r,{dim:n}=t,{input:s}=e,i=s.shape.length,l=s.shape.slice(),a=n;return n<0&&(k(-(i+1)<=n,()=>`Axis must be in the interval [${-(i+1)}, ${i}]`),a=i+n+1),l.splice(a,0,1),R({inputs:{x:s},backend:o,attrs:{shape:l}})}var fa={kernelName:cn,backendName:"webgl",kernelFunc:vr};var Tr=class{constructor(e,t){this.outputShape=[],this.customUniforms=[{name:"value",type:"float"}],this.variableNames=["x"],this.outputShape=e,this.userCode=`
      void main() {
        // Input can be obtained from uniform value.
        setOutput(value);
      }
    `}};function Ve(r){let{backend:e,attrs:t}=r,{shape:o,value:n}=t,{dtype:s}=t;if(s=s||Zo(n),s==="string"){let i=qo(s,I(o));return i.fill(n),e.makeTensorInfo(o,s,i)}else{let i=new Tr(o,n),l=[[n]];return e.runWebGLProgram(i,[],s,l)}}var ma={kernelName:pn,backendName:"webgl",kernelFunc:Ve};function Ku(r){let{inputs:e,backend:t,attrs:o}=r,{x:n,filter:s,bias:i,preluActivationWeights:l}=e,{strides:a,pad:u,dataFormat:c,dilations:p,dimRoundingMode:f,activation:d,leakyreluAlpha:m}=o,g=Pt(c),C=Se(n.shape,s.shape,a,p,u,f,!1,g),h,x=[],S=i!=null,v=l!=null,b=d==="leakyrelu",y=()=>{let w=[n,s],P=(U,le)=>{if(le==="NCHW"&&U.shape.length===1&&U.shape[0]!==1){let Te=R({inputs:{x:U},backend:t,attrs:{shape:[U.shape[0],1,1]}});return x.push(Te),Te}return U};if(S&&w.push(P(i,c)),v&&w.push(P(l,c)),b){let U=t.makeTensorInfo([],"float32",ue(m,"float32"));w.push(U),x.push(U)}return w};if(C.filterHeight===1&&C.filterWidth===1&&C.dilationHeight===1&&C.dilationWidth===1&&C.strideHeight===1&&C.strideWidth===1&&(C.padInfo.type==="SAME"||C.padInfo.type==="VALID"))h=Cr({x:n,filter:s,convInfo:C,backend:t,bias:i,activation:d,preluActivationWeights:l,leakyreluAlpha:m});else if(C.strideWidth<=2&&g==="channelsLast"&&$().getBool("WEBGL_EXP_CONV")){let w=d?ve(d,!0):null,P=new ut(C,S,w,v,b),U=[[C.padInfo.top,C.padInfo.left],[C.strideHeight,C.strideWidth],[C.dilationHeight,C.dilationWidth],[C.inHeight,C.inWidth]],le=y();h=t.runWebGLProgram(P,le,"float32",U)}else if($().getBool("WEBGL_CONV_IM2COL"))h=$r({x:n,filter:s,convInfo:C,backend:t,bias:i,activation:d,preluActivationWeights:l,leakyreluAlpha:m});else{let w=d?ve(d,!1):null,P=new lt(C,S,w,v,b),U=y();h=t.runWebGLProgram(P,U,"float32")}let A=R({inputs:{x:h},backend:t,attrs:{shape:C.outShape}});return x.push(h),x.forEach(w=>t.disposeIntermediateTensorInfo(w)),A}var ha={kernelName:Jn,backendName:"webgl",kernelFunc:Ku};function qu(r){let{inputs:e,backend:t,attrs:o}=r,{x:n,filter:s,bias:i,preluActivationWeights:l}=e,{strides:a,pad:u,dilations:c,dimRoundingMode:p,activation:f,leakyreluAlpha:d}=o,m=[],g=c;g==null&&(g=[1,1]),k(_e(a,g),()=>`Error in depthwiseConv2d: Either strides or dilations must be 1. Got strides ${a} and dilations '${g}'`);let C=Se(n.shape,s.shape,a,g,u,p,!0),h=$().getBool("WEBGL_PACK_DEPTHWISECONV")&&C.strideWidth<=2&&C.outChannels/C.inChannels===1,x=f?ve(f,h):null,S=[n,s],v=i!=null,b=l!=null,y=f==="leakyrelu";if(v&&S.push(i),b&&S.push(l),y){let U=t.makeTensorInfo([],"float32",ue(d,"float32"));S.push(U),m.push(U)}let A;h?A=new pt(C,v,x,b,y):A=new ct(C,v,x,b,y);let w=[[C.padInfo.top,C.padInfo.left],[C.strideHeight,C.strideWidth],[C.dilationHeight,C.dilationWidth],[C.inHeight,C.inWidth]],P=t.runWebGLProgram(A,S,"float32",w);return m.forEach(U=>t.disposeIntermediateTensorInfo(U)),P}var xa={kernelName:es,backendName:"webgl",kernelFunc:qu};var br=class{constructor(e,t){this.variableNames=["A","indices"],this.outputShape=t,this.rank=t.length;let o=O(this.rank),n=ju(e,2);this.userCode=`
      void main() {
        ${o} resRC = getOutputCoords();
        int index = int(getIndices(resRC.x, resRC.z));
        float inBounds = (index >= 0) && (index < ${e[2]}) ? 1.0 : 0.0;
        setOutput(inBounds * getA(${n}));
      }
    `}};function ju(r,e){let t=["resRC.x","resRC.y","resRC.z","resRC.w"],o=[];for(let n=0;n<r.length;n++)n===2?o.push("index"):o.push(`${t[n]}`);return o.join()}function Yu(r){let{inputs:e,backend:t,attrs:o}=r,{x:n,indices:s}=e,{axis:i,batchDims:l}=o,a=z(i,n.shape)[0];if($().get("DEBUG")){let x=t.readSync(s.dataId),S=n.shape[a];for(let v=0;v<x.length;++v){let b=x[v];k(b<=S-1&&b>=0,()=>`GatherV2: the index value ${b} is not in [0, ${S-1}]`)}}let u=_s.collectGatherOpShapeInfo(n,s,a,l),c=I(s.shape),p=[],f=R({inputs:{x:n},backend:t,attrs:{shape:[u.batchSize,u.outerSize,u.dimSize,u.sliceSize]}}),d=R({inputs:{x:s},backend:t,attrs:{shape:[u.batchSize,c/u.batchSize]}});p.push(f),p.push(d);let m=[u.batchSize,u.outerSize,c/u.batchSize,u.sliceSize];if(t.shouldExecuteOnCPU([n,s])||n.dtype==="string"){let x=t.bufferSync(d),S=t.bufferSync(f),v=Xr(S,x,m);return p.forEach(b=>t.disposeIntermediateTensorInfo(b)),t.makeTensorInfo(u.outputShape,v.dtype,v.values)}let g=new br(f.shape,m),C=t.runWebGLProgram(g,[f,d],f.dtype);p.push(C);let h=R({inputs:{x:C},backend:t,attrs:{shape:u.outputShape}});return p.forEach(x=>t.disposeIntermediateTensorInfo(x)),h}var ga={kernelName:fn,backendName:"webgl",kernelFunc:Yu};var Qu="return float(a > b);",Zu=`
  return vec4(greaterThan(a, b));
`,Ju=B({opSnippet:Qu,packedOpSnippet:Zu,cpuKernelImpl:Hr,dtype:"bool"}),Ca={kernelName:mn,backendName:"webgl",kernelFunc:Ju};var ec="return float(a >= b);",tc=`
  return vec4(greaterThanEqual(a, b));
`,rc=B({opSnippet:ec,packedOpSnippet:tc,dtype:"bool",cpuKernelImpl:Kr}),$a={kernelName:hn,backendName:"webgl",kernelFunc:rc};var oc="return float(a < b);",nc=`
  return vec4(lessThan(a, b));
`,sc=B({opSnippet:oc,packedOpSnippet:nc,cpuKernelImpl:qr,dtype:"bool"}),va={kernelName:Cn,backendName:"webgl",kernelFunc:sc};var ic="return float(a <= b);",ac=`
  return vec4(lessThanEqual(a, b));
`,lc=B({opSnippet:ic,packedOpSnippet:ac,cpuKernelImpl:jr,dtype:"bool"}),Ta={kernelName:$n,backendName:"webgl",kernelFunc:lc};var uc=ot+`
  return x < 0.0 ? 0./0. : log(x);
`,cc=`
  vec4 result = log(x);
  bvec4 isNaN = isnan(x);
  result.r = isNaN.r ? x.r : (x.r < 0.0 ? 0./0. : result.r);
  result.g = isNaN.g ? x.g : (x.g < 0.0 ? 0./0. : result.g);
  result.b = isNaN.b ? x.b : (x.b < 0.0 ? 0./0. : result.b);
  result.a = isNaN.a ? x.a : (x.a < 0.0 ? 0./0. : result.a);
  return result;
`,pc=L({opSnippet:uc,packedOpSnippet:cc,cpuKernelImpl:Yr}),ba={kernelName:"Log",backendName:"webgl",kernelFunc:pc};function Ea(r,e,t,o){let n=I(e),i=I(r.shape)/n,l=R({inputs:{x:r},attrs:{shape:[i,n]},backend:o}),a=he(l,r.dtype,"max",o),u=R({inputs:{x:a},attrs:{shape:t},backend:o});return o.disposeIntermediateTensorInfo(l),o.disposeIntermediateTensorInfo(a),u}function Lo(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{reductionIndices:s,keepDims:i}=o,l=n.shape.length,a=z(s,n.shape),u=a,c=re(u,l),p=c!=null,f=t.shouldExecuteOnCPU([n]),d=n;if(p){if(f){let S=t.texData.get(d.dataId).values,v=new Array(l);for(let A=0;A<v.length;A++)v[A]=n.shape[c[A]];let b=Re(S,n.shape,n.dtype,c,v);d=t.makeTensorInfo(v,n.dtype);let y=t.texData.get(d.dataId);y.values=b}else d=ye(n,c,t);u=oe(u.length,l)}Y("max",u,l);let[m,g]=ee(d.shape,u),C=m;i&&(C=te(m,a));let h;if(f){let S=t.texData.get(d.dataId).values,v=Qr(S,I(g),C,n.dtype);h=t.makeTensorInfo(C,n.dtype);let b=t.texData.get(h.dataId);b.values=v}else h=Ea(d,g,C,t);return p&&t.disposeIntermediateTensorInfo(d),h}var Sa={kernelName:"Max",backendName:"webgl",kernelFunc:Lo};function dc(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e;Vt(n,"maxPool");let{filterSize:s,strides:i,pad:l,dimRoundingMode:a}=o,u=1;k(_e(i,u),()=>`Error in maxPool: Either strides or dilations must be 1. Got strides ${i} and dilations '${u}'`);let c=Dt(n.shape,s,i,u,l,a);if(c.filterWidth===1&&c.filterHeight===1&&G(c.inShape,c.outShape))return W({inputs:{x:n},backend:t});let p=new nt(c,"max",!1);return t.runWebGLProgram(p,[n],n.dtype)}var _a={kernelName:Tn,backendName:"webgl",kernelFunc:dc};var fc=er+`
  return max(a, b);
`,mc=`
  vec4 result = vec4(max(a, b));
  bvec4 isNaNA = isnan(a);
  bvec4 isNaNB = isnan(b);
  bvec4 isNaN = bvec4(isNaNA.x || isNaNB.x, isNaNA.y || isNaNB.y, isNaNA.z || isNaNB.z, isNaNA.w || isNaNB.w);
  `+rt+`
  return result;
`,hc=B({opSnippet:fc,packedOpSnippet:mc,cpuKernelImpl:Zr}),Ra={kernelName:vn,backendName:"webgl",kernelFunc:hc};function Ia(r,e,t,o){let n=I(e),i=I(r.shape)/n,l=R({inputs:{x:r},attrs:{shape:[i,n]},backend:o}),a=he(l,"float32","mean",o),u=R({inputs:{x:a},attrs:{shape:t},backend:o});return o.disposeIntermediateTensorInfo(l),o.disposeIntermediateTensorInfo(a),u}var wa={kernelName:bn,backendName:"webgl",kernelFunc:({inputs:r,attrs:e,backend:t})=>{let{x:o}=r,{keepDims:n,axis:s}=e,i=t,l=o.shape.length,a=z(s,o.shape),u=a,c=re(u,l),p=c!=null,f=i.shouldExecuteOnCPU([o]),d=[],m=o;if(p){if(f){let v=i.texData.get(m.dataId).values,b=new Array(l);for(let w=0;w<b.length;w++)b[w]=o.shape[c[w]];let y=Re(v,o.shape,o.dtype,c,b);m=i.makeTensorInfo(b,o.dtype);let A=i.texData.get(m.dataId);A.values=y}else m=ye(o,c,i);d.push(m),u=oe(u.length,l)}Y("sum",u,l);let[g,C]=ee(m.shape,u),h=g;n&&(h=te(g,a));let x=Ia(m,C,h,i);for(let S of d)i.disposeIntermediateTensorInfo(S);return x}};function xc(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{axis:s,keepDims:i}=o,l=n.shape.length,a=z(s,n.shape),u=a,c=re(u,l),p=n;c!=null&&(p=me({inputs:{x:n},backend:t,attrs:{perm:c}}),u=oe(u.length,n.shape.length)),Y("min",u,l);let[f,d]=ee(p.shape,u),m=I(d),g=R({inputs:{x:p},backend:t,attrs:{shape:[-1,m]}}),C=he(g,g.dtype,"min",t),h;if(i){let x=te(f,a);h=R({inputs:{x:C},backend:t,attrs:{shape:x}})}else h=R({inputs:{x:C},backend:t,attrs:{shape:f}});return t.disposeIntermediateTensorInfo(g),t.disposeIntermediateTensorInfo(C),c!=null&&t.disposeIntermediateTensorInfo(p),h}var Aa={kernelName:"Min",backendName:"webgl",kernelFunc:xc};var gc=er+`
  return min(a, b);
`,Cc=`
  vec4 result = vec4(min(a, b));
  bvec4 isNaNA = isnan(a);
  bvec4 isNaNB = isnan(b);
  bvec4 isNaN = bvec4(isNaNA.x || isNaNB.x, isNaNA.y || isNaNB.y, isNaNA.z || isNaNB.z, isNaNA.w || isNaNB.w);
  `+rt+`
  return result;
`,$c=B({opSnippet:gc,packedOpSnippet:Cc,cpuKernelImpl:Jr}),Na={kernelName:En,backendName:"webgl",kernelFunc:$c};var Er=class{constructor(e,t,o){this.variableNames=["x"],this.outputShape=t.map((c,p)=>c[0]+e[p]+c[1]);let n=e.length,s=O(n),i=t.map(c=>c[0]).join(","),l=t.map((c,p)=>c[0]+e[p]).join(","),a=["coords[0]","coords[1]","coords[2]","coords[3]"].slice(0,n),u=o==="reflect"?0:1;if(n===1){this.userCode=`
        int start = ${i};
        int end = ${l};

        void main() {
          int outC = getOutputCoords();
          if (outC < start) {
            outC = start * 2 - outC - ${u};
          } else if(outC >= end) {
            outC = (end - 1) * 2 - outC + ${u};
          }
          setOutput(getX(outC - start));
        }
      `;return}this.userCode=`
      ${s} start = ${s}(${i});
      ${s} end = ${s}(${l});

      void main() {
        ${s} outC = getOutputCoords();
        for (int i = 0; i < ${n}; i++) {
          if (outC[i] < start[i]) {
            outC[i] = start[i] * 2 - outC[i] - ${u};
          } else if(outC[i] >= end[i]) {
            outC[i] = (end[i] - 1) * 2 - outC[i] + ${u};
          }
        }
        ${s} coords = outC - start;
        setOutput(getX(${a}));
      }
    `}};var Sr=class{constructor(e,t,o){this.variableNames=["x"],this.packedInputs=!0,this.packedOutput=!0,this.outputShape=t.map((m,g)=>m[0]+e[g]+m[1]);let n=e.length,s=O(n),i=t.map(m=>m[0]).join(","),l=t.map((m,g)=>m[0]+e[g]).join(","),a=V("rc",n),u=V("source",n),c=`${a[n-1]} < ${this.outputShape[n-1]}`,p=n===1?"source":`vec2(${u.slice(-2).join()})`,f=o==="reflect"?0:1,d="";if(n===1){let m=`
        ${s} source = rc;
        if (source < start) {
          source = start * 2 - source - ${f};
        } else if (source >= end) {
          source = (end - 1) * 2 - source + ${f};
        }
        source -= start;
      `;d=`
        ${s} rc = outputLoc;
        ${m}
        result[0] = getChannel(getX(${u.join()}), ${p});
        ${a[n-1]} += 1;
        if(${c}) {
          ${m}
          result[1] = getChannel(getX(${u.join()}), ${p});
        }
      `}else{let m=`
        ${s} source = rc;
        ${s} lt = ${s}(lessThan(source, start));
        ${s} gte = ${s}(greaterThanEqual(source, end));
        ${s} orig = 1 - (lt + gte);
        source = orig * source +
                lt * (start * 2 - source - ${f}) +
                gte * ((end - 1) * 2 - source + ${f});
        source -= start;
      `;d=`
        ${s} rc = outputLoc;
        ${m}
        result[0] = getChannel(getX(${u.join()}), ${p});
        ${a[n-1]} += 1;
        if(${c}) {
          ${m}
          result[1] = getChannel(getX(${u.join()}), ${p});
        }
        rc = outputLoc;
        ${a[n-2]} += 1;
        if(${a[n-2]} < ${this.outputShape[n-2]}) {
          ${m}
          result[2] = getChannel(getX(${u.join()}), ${p});
          ${a[n-1]} += 1;
          if(${c}) {
            ${m}
            result[3] = getChannel(getX(${u.join()}), ${p});
          }
        }
      `}this.userCode=`
      const ${s} start = ${s}(${i});
      const ${s} end = ${s}(${l});

      void main() {
        ${s} outputLoc = getOutputCoords();
        vec4 result = vec4(0.);
        ${d}
        setOutput(result);
      }
    `}};var vc=({inputs:r,backend:e,attrs:t})=>{let{x:o}=r,{paddings:n,mode:s}=t,i=$().getBool("WEBGL_PACK_ARRAY_OPERATIONS")?new Sr(o.shape,n,s):new Er(o.shape,n,s);return e.runWebGLProgram(i,[o],o.dtype)},ya={kernelName:Sn,backendName:"webgl",kernelFunc:vc};var bc=Ne+`
  return -x;
`,Ec=`
  vec4 result = -x;
  bvec4 isNaN = isnan(x);

  result.r = isNaN.r ? x.r : result.r;
  result.g = isNaN.g ? x.g : result.g;
  result.b = isNaN.b ? x.b : result.b;
  result.a = isNaN.a ? x.a : result.a;

  return result;
`;function Sc(r){let{inputs:e,backend:t}=r,{x:o}=e;if(t.shouldExecuteOnCPU([o])){let s=t.texData.get(o.dataId),[i,l]=to(s.values,o.shape,o.dtype);return t.makeTensorInfo(l,o.dtype,i)}let n;return $().getBool("WEBGL_PACK_UNARY_OPERATIONS")?n=new j(o.shape,Ec):n=new K(o.shape,bc),t.runWebGLProgram(n,[o],o.dtype)}var Oa={kernelName:"Neg",backendName:"webgl",kernelFunc:Sc};function wt(r){let{inputs:e,backend:t}=r,{x:o}=e;if(o.dtype==="complex64"){let n=Oe({inputs:{input:o},backend:t}),s=wt({inputs:{x:n},backend:t}),i=it({inputs:{input:o},backend:t}),l=wt({inputs:{x:i},backend:t}),a=ne({inputs:{real:s,imag:l},backend:t});return t.disposeIntermediateTensorInfo(n),t.disposeIntermediateTensorInfo(s),t.disposeIntermediateTensorInfo(i),t.disposeIntermediateTensorInfo(l),a}else return Ve({attrs:{shape:o.shape,dtype:o.dtype,value:o.dtype==="string"?"":0},backend:t})}var ka={kernelName:Qn,backendName:"webgl",kernelFunc:wt};function Fa(r){let{inputs:e,backend:t}=r,{x:o}=e;if(o.dtype==="string")throw new Error("onesLike is not supported under string dtype");if(o.dtype==="complex64"){let n=Oe({inputs:{input:o},backend:t}),s=Fa({inputs:{x:n},backend:t}),i=it({inputs:{input:o},backend:t}),l=wt({inputs:{x:i},backend:t}),a=ne({inputs:{real:s,imag:l},backend:t});return t.disposeIntermediateTensorInfo(n),t.disposeIntermediateTensorInfo(s),t.disposeIntermediateTensorInfo(i),t.disposeIntermediateTensorInfo(l),a}else return Ve({attrs:{shape:o.shape,dtype:o.dtype,value:1},backend:t})}var Da={kernelName:Rn,backendName:"webgl",kernelFunc:Fa};function _c(r){let{inputs:e,backend:t,attrs:o}=r,{axis:n}=o;if(e.length===1)return vr({inputs:{input:e[0]},backend:t,attrs:{dim:n}});let s=e[0].shape,i=e[0].dtype;e.forEach(c=>{Xo(s,c.shape,"All tensors passed to stack must have matching shapes"),k(i===c.dtype,()=>"All tensors passed to stack must have matching dtypes")});let l=[],a=e.map(c=>{let p=vr({inputs:{input:c},backend:t,attrs:{dim:n}});return l.push(p),p}),u=Do({inputs:a,backend:t,attrs:{axis:n}});return l.forEach(c=>t.disposeIntermediateTensorInfo(c)),u}var Pa={kernelName:In,backendName:"webgl",kernelFunc:_c};var _r=class{constructor(e,t,o){this.variableNames=["x"],this.customUniforms=[{name:"value",type:"float"}],this.outputShape=t.map((u,c)=>u[0]+e[c]+u[1]);let n=e.length,s=O(n),i=t.map(u=>u[0]).join(","),l=t.map((u,c)=>u[0]+e[c]).join(","),a=["coords[0]","coords[1]","coords[2]","coords[3]"].slice(0,n);if(n===1){this.userCode=`
        int start = ${i};
        int end = ${l};

        void main() {
          int outC = getOutputCoords();
          if (outC < start || outC >= end) {
            setOutput(value);
          } else {
            setOutput(getX(outC - start));
          }
        }
      `;return}this.userCode=`
      ${s} start = ${s}(${i});
      ${s} end = ${s}(${l});

      void main() {
        ${s} outC = getOutputCoords();
        if (any(lessThan(outC, start)) || any(greaterThanEqual(outC, end))) {
          setOutput(value);
        } else {
          ${s} coords = outC - start;
          setOutput(getX(${a}));
        }
      }
    `}};var Rr=class{constructor(e,t,o){this.variableNames=["x"],this.packedInputs=!0,this.packedOutput=!0,this.customUniforms=[{name:"value",type:"float"}],this.outputShape=t.map((g,C)=>g[0]+e[C]+g[1]);let n=e.length,s=O(n),i=t.map(g=>g[0]).join(","),l=t.map((g,C)=>g[0]+e[C]).join(","),a=V("rc",n),u=V("source",n),c=`${a[n-1]} < ${this.outputShape[n-1]}`,p=n===1?"source":`vec2(${u.slice(-2).join()})`,f=[`${s} rc = outputLoc;`,`${a[n-1]} += 1;
       if(${c}) {
      `,n===1?"":`}
       rc = outputLoc;
       ${a[n-2]} += 1;
       if(${a[n-2]} < ${this.outputShape[n-2]}) {`,n===1?"":`  ${a[n-1]} += 1;
         if(${c}) {`],d=n===1?"rc < start || rc >= end":"any(lessThan(rc, start)) || any(greaterThanEqual(rc, end))",m="";for(let g=0,C=n===1?2:4;g<C;g++)m+=`
        ${f[g]}
        if (${d}) {
          result[${g}] = float(value);
        } else {
          ${s} source = rc - start;
          result[${g}] = getChannel(getX(${u.join()}), ${p});
        }
      `;m+=n===1?"} ":"}}",this.userCode=`
      const ${s} start = ${s}(${i});
      const ${s} end = ${s}(${l});

      void main() {
        ${s} outputLoc = getOutputCoords();
        vec4 result = vec4(0.);
        ${m}
        setOutput(result);
      }
    `}};var Rc=r=>{let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{paddings:s,constantValue:i}=o;if(I(n.shape)===0){let u=s.map((c,p)=>c[0]+n.shape[p]+c[1]);return Ve({backend:t,attrs:{shape:u,value:i,dtype:n.dtype}})}let l=$().getBool("WEBGL_PACK_ARRAY_OPERATIONS")?new Rr(n.shape,s,i):new _r(n.shape,s,i),a=[[i]];return t.runWebGLProgram(l,[n],n.dtype,a)},La={kernelName:wn,backendName:"webgl",kernelFunc:Rc};var Ic=`
  if(a < 0.0 && floor(b) < b){
    return NAN;
  }
  if (b == 0.0) {
    return 1.0;
  }
  return (round(mod(b, 2.0)) != 1) ?
      pow(abs(a), b) : sign(a) * pow(abs(a), b);
`,wc=`
  // isModRound1 has 1 for components with round(mod(b, 2.0)) == 1, 0 otherwise.
  vec4 isModRound1 = vec4(equal(round(mod(b, 2.0)), ivec4(1)));
  vec4 multiplier = sign(a) * isModRound1 + (vec4(1.0) - isModRound1);
  vec4 result = multiplier * pow(abs(a), b);

  // Ensure that a^0 = 1, including 0^0 = 1 as this correspond to TF and JS
  bvec4 isExpZero = equal(b, vec4(0.0));
  result.r = isExpZero.r ? 1.0 : result.r;
  result.g = isExpZero.g ? 1.0 : result.g;
  result.b = isExpZero.b ? 1.0 : result.b;
  result.a = isExpZero.a ? 1.0 : result.a;

  bvec4 isNaN1 = lessThan(a, vec4(0.0));
  bvec4 isNaN2 = lessThan(floor(b), b);
  bvec4 isNaN = bvec4(isNaN1.x && isNaN2.x, isNaN1.y && isNaN2.y, isNaN1.z && isNaN2.z, isNaN1.w && isNaN2.w);
  `+rt+`
  return result;
`,Ac=B({opSnippet:Ic,packedOpSnippet:wc}),Ua={kernelName:"Pow",backendName:"webgl",kernelFunc:Ac};function Nc(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{axis:s,keepDims:i}=o,l=n.shape.length,a=[],u=z(s,n.shape),c=u,p=re(c,l),f=n;p!=null&&(f=me({inputs:{x:n},backend:t,attrs:{perm:p}}),c=oe(c.length,l),a.push(f)),Y("prod",c,l);let d;if(t.shouldExecuteOnCPU([f])){let m=t.texData.get(f.dataId).values,{outVals:g,outShape:C,outDtype:h}=ro(f.shape,f.dtype,m,c);d=t.makeTensorInfo(C,h,g)}else{let[m,g]=ee(f.shape,c),C=I(g),h=R({inputs:{x:f},backend:t,attrs:{shape:[-1,C]}}),x=kt(n.dtype),S=he(h,x,"prod",t);d=R({inputs:{x:S},backend:t,attrs:{shape:m}}),a.push(h),a.push(S)}if(i){a.push(d);let m=te(d.shape,u);d=R({inputs:{x:d},backend:t,attrs:{shape:m}})}return a.forEach(m=>t.disposeIntermediateTensorInfo(m)),d}var Ba={kernelName:Nn,backendName:"webgl",kernelFunc:Nc};var yc=`
if (a == b) {
  return 1.0;
};
return a / b;`,Oc=`
  // vec4 one = vec4(equal(a, b));
  // return one + (vec4(1.0) - one) * a / b;
  vec4 result = a / b;
  if(a.x == b.x) {
    result.x = 1.;
  }
  if(a.y == b.y) {
    result.y = 1.;
  }
  if(a.z == b.z) {
    result.z = 1.;
  }
  if(a.w == b.w) {
    result.w = 1.;
  }

  return result;
`,Uo=B({opSnippet:yc,packedOpSnippet:Oc,checkOutOfBounds:!0}),Ma={kernelName:un,backendName:"webgl",kernelFunc:Uo};var kc="return 1.0 / x;",Fc=L({opSnippet:kc}),Va={kernelName:yn,backendName:"webgl",kernelFunc:Fc};var Dc=Ne+`
  return (x < 0.0) ? 0.0 : x;
`,Pc=`
  vec4 result = x * vec4(greaterThanEqual(x, vec4(0.0)));
  bvec4 isNaN = isnan(x);

  result.r = isNaN.r ? x.r : result.r;
  result.g = isNaN.g ? x.g : result.g;
  result.b = isNaN.b ? x.b : result.b;
  result.a = isNaN.a ? x.a : result.a;

  return result;
`,Lc=L({opSnippet:Dc,packedOpSnippet:Pc}),Wa={kernelName:On,backendName:"webgl",kernelFunc:Lc};var Uc=Ne+`
  return (x < 0.0) ? 0.0 : min(6.0, x);
`,Bc=`
  vec4 result = min(x, vec4(6.)) * vec4(greaterThanEqual(x, vec4(0.0)));
  bvec4 isNaN = isnan(x);

  result.r = isNaN.r ? x.r : result.r;
  result.g = isNaN.g ? x.g : result.g;
  result.b = isNaN.b ? x.b : result.b;
  result.a = isNaN.a ? x.a : result.a;

  return result;
`,Mc=L({opSnippet:Uc,packedOpSnippet:Bc}),Ga={kernelName:Fn,backendName:"webgl",kernelFunc:Mc};var Vc="return inversesqrt(x);",Wc=L({opSnippet:Vc,cpuKernelImpl:oo}),za={kernelName:Dn,backendName:"webgl",kernelFunc:Wc};var Ir=class{constructor(e,t,o){this.variableNames=["c","a","b"],this.outputShape=t;let n,s;if(o>4)throw Error(`Where for rank ${o} is not yet supported`);if(o===1)s="resRC",n="resRC";else{let l=["resRC.x","resRC.y","resRC.z","resRC.w"],a=[],u=[];for(let c=0;c<t.length;c++)u.push(`${l[c]}`),c<e&&a.push(`${l[c]}`);n=a.join(),s=u.join()}let i=O(o);this.userCode=`
      void main() {
        ${i} resRC = getOutputCoords();
        float cVal = getC(${n});
        if (cVal >= 1.0) {
          setOutput(getA(${s}));
        } else {
          setOutput(getB(${s}));
        }
      }
    `}};function Gc(r){let{inputs:e,backend:t}=r,{condition:o,t:n,e:s}=e,i=new Ir(o.shape.length,n.shape,n.shape.length);return t.runWebGLProgram(i,[o,n,s],se(n.dtype,s.dtype))}var Xa={kernelName:Pn,backendName:"webgl",kernelFunc:Gc};var zc=`
  // Stable and Attracting Fixed Point (0, 1) for Normalized Weights.
  // see: https://arxiv.org/abs/1706.02515
  float scaleAlpha = ${xs};
  float scale = ${gs};
  return (x >= 0.0) ? scale * x : scaleAlpha * (exp(x) - 1.0);
`,Xc=L({opSnippet:zc}),Ha={kernelName:Ln,backendName:"webgl",kernelFunc:Xc};var Hc=ot+`
  return 1.0 / (1.0 + exp(-1.0 * x));
`,Kc=`
  vec4 result = 1.0 / (1.0 + exp(-1.0 * x));
  bvec4 isNaN = isnan(x);

  result.r = isNaN.r ? x.r : result.r;
  result.g = isNaN.g ? x.g : result.g;
  result.b = isNaN.b ? x.b : result.b;
  result.a = isNaN.a ? x.a : result.a;

  return result;
`,qc=L({opSnippet:Hc,packedOpSnippet:Kc,cpuKernelImpl:zr}),Ka={kernelName:Bn,backendName:"webgl",kernelFunc:qc};var wr=class{constructor(e){this.variableNames=["source"],this.outputShape=e,this.rank=e.length;let t=O(this.rank);this.customUniforms=[{name:"start",arrayIndex:this.rank,type:"int"}];let o=jc(this.rank),n,s=e.map((i,l)=>`sourceLoc.${Bo[l]} = start[${l}] + coords.${Bo[l]};`);n=`
        ${t} sourceLoc;
        ${t} coords = getOutputCoords();
        ${s.join(`
`)}
      `,this.userCode=`
      void main() {
        ${n}
        setOutput(getSource(${o}));
      }
    `}},Bo=["x","y","z","w","u","v"];function jc(r){if(r===1)return"sourceLoc";if(r<=6)return Bo.slice(0,r).map(e=>"sourceLoc."+e).join(",");throw Error(`Slicing for rank ${r} is not yet supported`)}var Ar=class{constructor(e){this.variableNames=["source"],this.packedInputs=!0,this.packedOutput=!0,this.outputShape=e,this.rank=e.length,this.customUniforms=[{name:"start",arrayIndex:this.rank,type:"int"}];let t=O(this.rank),o=V("coords",this.rank),n=V("sourceLoc",this.rank),s=this.rank===1?"sourceLoc":`vec2(${n.slice(-2).join()})`,i=`getChannel(getSource(${n.join()}), ${s})`,l=`
      result.x = ${i};
      if (++${o[this.rank-1]} < ${e[this.rank-1]}) {
        ++${n[this.rank-1]};
        result.y = ${i};
        --${n[this.rank-1]};
      }
    `,a=this.rank===1?"":`
      --${o[this.rank-1]};
      if (++${o[this.rank-2]} < ${e[this.rank-2]}) {
        ++${n[this.rank-2]};
        result.z = ${i};
        if (++${o[this.rank-1]} < ${e[this.rank-1]}) {
          ++${n[this.rank-1]};
          result.w = ${i};
        }
      }
    `,u=this.rank<=4?`sourceLoc = coords +
            ${t}(${e.map((c,p)=>`start[${p}]`).join()});`:e.map((c,p)=>`${n[p]} = ${o[p]} + start[${p}];`).join(`
`);this.userCode=`
      void main() {
        ${t} coords = getOutputCoords();
        ${t} sourceLoc;
        ${u}
        vec4 result = vec4(0.);
        ${l}
        ${a}
        setOutput(result);
      }
    `}};function Qc(r,e,t,o){let n=o.texData.get(r.dataId),s=o.makeTensorInfo(t,r.dtype),i=o.texData.get(s.dataId);Object.assign(i,n),i.refCount=1,i.shape=t,i.dtype=r.dtype;let l=ls(e,ge(r.shape));n.slice&&(l+=n.slice.flatOffset),i.slice={flatOffset:l,origDataId:n.slice&&n.slice.origDataId||r.dataId};let a=o.dataRefCount.get(i.slice.origDataId)||1;return o.dataRefCount.set(i.slice.origDataId,a+1),s}function We(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{begin:s,size:i}=o,[l,a]=us(n,s,i);if(ss(n,l,a),I(a)===0)return t.makeTensorInfo(a,n.dtype,[]);if(t.shouldExecuteOnCPU([n])||n.dtype==="string"){let p=t.texData.get(n.dataId),f=no(p.values,l,a,n.shape,n.dtype);return t.makeTensorInfo(a,n.dtype,f)}let{isPacked:u}=t.texData.get(n.dataId),c=as(n.shape,l,a);if(u||!c){let p=$().getBool("WEBGL_PACK_ARRAY_OPERATIONS")?new Ar(a):new wr(a),f=[l];return t.runWebGLProgram(p,[n],n.dtype,f)}return t.uploadToGPU(n.dataId),Qc(n,l,a,t)}var qa={kernelName:Un,backendName:"webgl",kernelFunc:We};var ja="return a - b;",Mo=B({opSnippet:ja,packedOpSnippet:ja,supportsComplex:!0,cpuKernelImpl:so}),Ya={kernelName:"Sub",backendName:"webgl",kernelFunc:Mo};function Zc(r){let{inputs:e,backend:t,attrs:o}=r,{logits:n}=e,{dim:s}=o,i=z([s],n.shape),l=Lo({inputs:{x:n},backend:t,attrs:{reductionIndices:i,keepDims:!1}}),a=te(l.shape,i),u=R({inputs:{x:l},backend:t,attrs:{shape:a}}),c=Mo({inputs:{a:n,b:u},backend:t}),p=Po({inputs:{x:c},backend:t}),f=It({inputs:{x:p},backend:t,attrs:{axis:i,keepDims:!1}}),d=R({inputs:{x:f},backend:t,attrs:{shape:a}}),m=Uo({inputs:{a:p,b:d},backend:t});return t.disposeIntermediateTensorInfo(l),t.disposeIntermediateTensorInfo(u),t.disposeIntermediateTensorInfo(c),t.disposeIntermediateTensorInfo(p),t.disposeIntermediateTensorInfo(f),t.disposeIntermediateTensorInfo(d),m}var Qa={kernelName:Gn,backendName:"webgl",kernelFunc:Zc};var Jc=`
  float epsilon = 1.1920928955078125e-7;
  float threshold = log(epsilon) + 2.0;

  bool too_large = x > -threshold;
  bool too_small = x < threshold;

  float result;
  float exp_x = exp(x);

  if (too_large){
    result = x;
  }
  else if (too_small){
    result = exp_x;
  }
  else{
    result = log(exp_x + 1.0);
  }
  return result;
`,ep=L({opSnippet:Jc}),Za={kernelName:Mn,backendName:"webgl",kernelFunc:ep};function tp(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{numOrSizeSplits:s,axis:i}=o,l=z(i,n.shape)[0],a=Ss(n,s,l),u=n.shape.length,c=new Array(u).fill(0),p=n.shape.slice();return a.map(f=>{let d=[...p];d[l]=f;let m=We({inputs:{x:n},backend:t,attrs:{begin:c,size:d}});return c[l]+=f,m})}var Ja={kernelName:Wn,backendName:"webgl",kernelFunc:tp};var el="return sqrt(x);",rp=L({opSnippet:el,packedOpSnippet:el,cpuKernelImpl:io}),tl={kernelName:Vn,backendName:"webgl",kernelFunc:rp};var op="return x * x;",np=L({opSnippet:op}),rl={kernelName:Xn,backendName:"webgl",kernelFunc:np};var ol="return (a - b) * (a - b);",sp=B({opSnippet:ol,packedOpSnippet:ol}),nl={kernelName:zn,backendName:"webgl",kernelFunc:sp};var Nr=class{constructor(e,t,o){this.variableNames=["x"],this.outputShape=o;let n=o.length,s=O(o.length),i=O(o.length),l="";if(n===1)l="coords * strides + begin";else{let a=0;l=o.map((u,c)=>(a++,o.length===1?`coords * strides[${c}] + begin[${c}]`:`coords[${a-1}] * strides[${c}] + begin[${c}]`)).join(",")}this.userCode=`
      ${s} begin = ${s}(${e});
      ${s} strides = ${s}(${t});

      void main() {
        ${i} coords = getOutputCoords();
        setOutput(getX(${l}));
      }
    `}};function ip(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{begin:s,end:i,strides:l,beginMask:a,endMask:u,ellipsisMask:c,newAxisMask:p,shrinkAxisMask:f}=o,{finalShapeSparse:d,finalShape:m,isIdentity:g,sliceDim0:C,isSimpleSlice:h,begin:x,end:S,strides:v}=cs(n.shape,s,i,l,a,u,c,p,f),b;if(g)b=R({inputs:{x:n},backend:t,attrs:{shape:m}});else if(C||h){k(n.shape.length>=1,()=>`Input must have rank at least 1, got: ${n.shape.length}`);let A=is(x,S,v),w=We({inputs:{x:n},backend:t,attrs:{begin:x,size:A}});b=R({inputs:{x:w},backend:t,attrs:{shape:m}}),t.disposeIntermediateTensorInfo(w)}else if(t.shouldExecuteOnCPU([n])){let w=t.readSync(n.dataId),P=Fe(n.shape,n.dtype,w),U=ao(d,P,v,x);b=t.makeTensorInfo(m,n.dtype,U.values)}else{let w=new Nr(x,v,d);b=t.runWebGLProgram(w,[n],n.dtype)}let y=R({inputs:{x:b},backend:t,attrs:{shape:m}});return t.disposeIntermediateTensorInfo(b),y}var sl={kernelName:Hn,backendName:"webgl",kernelFunc:ip};var ap=`
  float e2x = exp(-2.0 * abs(x));
  return sign(x) * (1.0 - e2x) / (1.0 + e2x);
`,lp=L({opSnippet:ap}),il={kernelName:Kn,backendName:"webgl",kernelFunc:lp};var yr=class{constructor(e,t){this.variableNames=["A"];let o=new Array(e.length);for(let i=0;i<o.length;i++)o[i]=e[i]*t[i];this.outputShape=o,this.rank=o.length;let n=O(this.rank),s=up(e);this.userCode=`
      void main() {
        ${n} resRC = getOutputCoords();
        setOutput(getA(${s}));
      }
    `}};function up(r){let e=r.length;if(e>5)throw Error(`Tile for rank ${e} is not yet supported`);if(e===1)return`imod(resRC, ${r[0]})`;let t=["resRC.x","resRC.y","resRC.z","resRC.w","resRC.u"],o=[];for(let n=0;n<r.length;n++)o.push(`imod(${t[n]}, ${r[n]})`);return o.join()}function cp(r){let{inputs:e,backend:t,attrs:o}=r,{x:n}=e,{reps:s}=o;if(n.dtype==="string"||n.shape.length>5){let a=t.readSync(n.dataId),u=n.dtype==="string"?a.map(f=>Ot(f)):a,c=Fe(n.shape,n.dtype,u),p=lo(c,s);return t.makeTensorInfo(p.shape,p.dtype,p.values)}let i=new yr(n.shape,s);return t.runWebGLProgram(i,[n],n.dtype)}var al={kernelName:qn,backendName:"webgl",kernelFunc:cp};function pp(r){let{inputs:e,backend:t,attrs:o}=r,{value:n}=e,{axis:s}=o;s<0&&(s+=n.shape.length);let i=n,l=i.shape.length,a=n.shape[s],u=new Array(l-1),c=0;for(let g=0;g<l;g++)g!==s&&(u[c++]=i.shape[g]);let p=[],f=new Array(l).fill(0),d=i.shape.slice();d[s]=1;let m=new Array(a);for(let g=0;g<m.length;g++){f[s]=g;let C=We({inputs:{x:i},backend:t,attrs:{begin:f,size:d}}),h=R({inputs:{x:C},backend:t,attrs:{shape:u}});m[g]=h,p.push(C)}return p.forEach(g=>t.disposeIntermediateTensorInfo(g)),m}var ll={kernelName:Yn,backendName:"webgl",kernelFunc:pp};function dp(r){let{inputs:e,backend:t,attrs:o}=r,{a:n,b:s,bias:i,preluActivationWeights:l}=e,{transposeA:a,transposeB:u,activation:c,leakyreluAlpha:p}=o;return Me({a:n,b:s,transposeA:a,transposeB:u,backend:t,bias:i,preluActivationWeights:l,leakyreluAlpha:p,activation:c})}var ul={kernelName:Zn,backendName:"webgl",kernelFunc:dp};E(Pi);E(Vi);E(Wi);E(ji);E(Yi);E(ta);E(ra);E(sa);E(ia);E(aa);E(la);E(ua);E(ca);E(pa);E(da);E(fa);E(ma);E(ha);E(xa);E(ga);E(Ca);E($a);E(Li);E(Ui);E(va);E(Ta);E(ba);E(Sa);E(_a);E(Ra);E(wa);E(Aa);E(Na);E(ya);E(Zi);E(Oa);E(Da);E(Pa);E(La);E(Ua);E(Bi);E(Ba);E(Ma);E(Va);E(Wa);E(Ga);E(zi);E(za);E(Xa);E(Ha);E(Ka);E(qa);E(Qa);E(Za);E(Ja);E(tl);E(rl);E(nl);E(sl);E(Ya);E(ea);E(il);E(al);E(qi);E(ll);E(ka);E(ul);async function Sb(){$().set("SOFTWARE_WEBGL_ENABLED",!0);let r=new St;return ns("webgl",()=>r,2),"webgl"}export{Sb as register};
